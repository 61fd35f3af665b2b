"use client";

import { SecretOnce } from "@/components/secret-once";

/** Shows a new signing secret, this once. */
export function NewSecret({ secret, onDone }: { secret: string | null; onDone: () => void }) {
  return <SecretOnce secret={secret} name="Signing secret" description="Your endpoint checks with it that a request came from here, unchanged. How to do that stands on the action's page." onDone={onDone} />;
}
