"use client";

import { useEffect } from "react";
import { useRouter } from "next/navigation";

/** Leads to the sign-in page, and from there back to this very address, which only the browser knows whole. */
export function SignInRedirect() {
  const router = useRouter();
  useEffect(() => {
    const next = window.location.pathname + window.location.search;
    router.replace(`/sign-in?next=${encodeURIComponent(next)}`);
  }, [router]);
  return (
    <p role="status" className="sr-only">
      You are not signed in. Opening the sign-in page.
    </p>
  );
}
