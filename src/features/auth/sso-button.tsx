"use client";

import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { safePathAfterSignIn, startSsoSignIn } from "./session";

type SsoButtonProps = {
  /** the provider's name */
  name: string;
  next: string | null;
  /** the code of a failed sign-in, which the provider's callback put into the URL */
  error: string | null;
};

/** Signs in at the provider of single sign-on. */
export function SsoButton({ name, next, error }: SsoButtonProps) {
  const [problem, setProblem] = useState(error && problemOf(error, name));
  const [isLoading, setIsLoading] = useState(false);
  const start = async () => {
    setIsLoading(true);
    const result = await startSsoSignIn(safePathAfterSignIn(next));
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
  // The library's code if the email is unverified and an account here has it.
  if (code === "email_not_verified" || code === "account_not_linked")
    return `${name} has not verified your email, so it cannot be used here. Verify it there, then sign in again.`;
  if (code === "access_denied") return `${name} did not let you in.`;
  return (
    `The sign-in with ${name} failed. Try again. If it fails again, the people who run this ` + "installation can help."
  );
}
