"use client";

import { OneTimeSecretDialog } from "@/components/one-time-secret-dialog";
import { SignatureCheckSnippets } from "./signature-check-snippets";

/** Shows a new signing secret once, with example code with which an endpoint checks signatures. */
export function NewSigningSecret({ secret, onDone }: { secret: string | null; onDone: () => void }) {
  return (
    <OneTimeSecretDialog
      secret={secret}
      name="Signing secret"
      description="Your endpoint uses it to check that a request came from here, unchanged."
      onDone={onDone}
    >
      <SignatureCheckSnippets className="[&_pre]:max-h-56" />
    </OneTimeSecretDialog>
  );
}
