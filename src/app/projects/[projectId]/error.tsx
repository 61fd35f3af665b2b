"use client";

import { TriangleAlert } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

export default function ProjectErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <EmptyState
      icon={<TriangleAlert aria-hidden />}
      title="This page could not be shown"
      description={`Nothing was changed. Try again; if it stays, the server’s log says more${error.digest ? ` under ${error.digest}` : ""}.`}
      actions={
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      }
    />
  );
}
