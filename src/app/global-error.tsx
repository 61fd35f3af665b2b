"use client";

import "./globals.css";

type GlobalErrorProps = { error: Error & { digest?: string }; reset: () => void };

/**
 * Replaces the whole page after an error in the root layout. The providers of the layout are then missing, so this page
 * uses none of them.
 */
export default function GlobalError({ error, reset }: GlobalErrorProps) {
  return (
    <html lang="en">
      <body>
        <title>Trigger System</title>
        <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-start justify-center gap-3 px-5">
          <h1 className="text-xl font-semibold">This page could not be shown</h1>
          <p className="text-sm text-muted">
            Nothing was changed. Try again. If it fails again, look in the server’s log
            {error.digest ? ` under ${error.digest}` : ""}.
          </p>
          <button
            type="button"
            onClick={reset}
            className="h-9 rounded-md bg-ink px-3.5 text-sm font-medium text-ink-foreground"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
