"use client";

import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

export default function ProjectErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <EmptyState
      title="This page could not be shown"
      description={
        "Nothing was changed. Try again. If it fails again, look in the server’s log" +
        `${error.digest ? ` under ${error.digest}` : ""}.`
      }
      actions={
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      }
    />
  );
}
