"use client";

import { useEffect } from "react";
import { useRouter } from "next/navigation";

/** Opens the sign-in page, which returns to this URL. Only the browser knows the whole URL. */
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
