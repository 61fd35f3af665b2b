"use client";

import { AuthCard } from "@/components/auth-card";
import { Button } from "@/components/ui/button";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <AuthCard
      title="This page could not be shown"
      description={
        <>
          Nothing was changed. Try again. If it fails again, look in the server’s log
          {error.digest ? ` under ${error.digest}` : ""}.
        </>
      }
    >
      <Button variant="primary" onClick={reset}>
        Try again
      </Button>
    </AuthCard>
  );
}
