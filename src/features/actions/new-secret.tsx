"use client";

import { SecretOnce } from "@/components/secret-once";
import { VerifySnippets } from "./verify-snippets";

/** Shows a new signing secret once, with the endpoint's code that checks it. */
export function NewSecret({ secret, onDone }: { secret: string | null; onDone: () => void }) {
  return (
    <SecretOnce
      secret={secret}
      name="Signing secret"
      description="Your endpoint uses it to check that a request came from here, unchanged."
      onDone={onDone}
    >
      <VerifySnippets className="[&_pre]:max-h-56" />
    </SecretOnce>
  );
}
