"use client";

import { NarrowCardPage } from "@/components/narrow-card-page";
import { Button } from "@/components/ui/button";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <NarrowCardPage
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
    </NarrowCardPage>
  );
}
