"use client";

import { SecretOnce } from "@/components/secret-once";
import { VerifySnippets } from "./verify-snippets";

/** Shows a new signing secret, this once, and what an endpoint does with it. */
export function NewSecret({ secret, onDone }: { secret: string | null; onDone: () => void }) {
  return (
    <SecretOnce
      secret={secret}
      name="Signing secret"
      description="Your endpoint checks with it that a request came from here, unchanged."
      onDone={onDone}
    >
      <VerifySnippets className="[&_pre]:max-h-56" />
    </SecretOnce>
  );
}
