"use client";

import { useEffect } from "react";
import { useRouter } from "next/navigation";

/**
 * Opens the sign-in page, which returns to the current URL afterwards. This runs in the browser, because the server
 * does not know the whole URL.
 */
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
