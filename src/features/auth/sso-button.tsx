"use client";

import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { chooseSafePathAfterSignIn, startSsoSignIn } from "./session";

type SsoButtonProps = {
  /** the name of the single sign-on provider */
  name: string;
  next: string | null;
  /** the error code of a failed sign-in from the URL, where the sign-in callback put it; null without an error */
  error: string | null;
};

/** A button that starts the sign-in at the single sign-on provider. */
export function SsoButton({ name, next, error }: SsoButtonProps) {
  const [problem, setProblem] = useState(error && problemOf(error, name));
  const [isLoading, setIsLoading] = useState(false);
  const start = async () => {
    setIsLoading(true);
    const result = await startSsoSignIn(chooseSafePathAfterSignIn(next));
    if (result.ok) return window.location.assign(result.url);
    setProblem(result.message);
    setIsLoading(false);
  };
  return (
    <div className="flex flex-col gap-4">
      {problem && (
        <Banner tone="danger" isAlert>
          {problem}
        </Banner>
      )}
      <Button size="lg" isLoading={isLoading} onClick={() => void start()}>
        Sign in with {name}
      </Button>
    </div>
  );
}

function problemOf(code: string, name: string): string {
  if (code === "group_not_allowed")
    return "Your account is in no group that may sign in here. Ask the people who run this installation.";
  // Better Auth's codes for this case: an account here has the email, but the provider has not verified it.
  if (code === "email_not_verified" || code === "account_not_linked")
    return `${name} has not verified your email, so it cannot be used here. Verify it there, then sign in again.`;
  if (code === "provider_silent") return `${name} does not answer. Try again in a moment.`;
  if (code === "access_denied") return `${name} did not let you in.`;
  return (
    `The sign-in with ${name} failed. Try again. If it fails again, the people who run this ` + "installation can help."
  );
}
