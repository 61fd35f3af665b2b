import { useCallback } from "react";
import { useRouter } from "next/navigation";
import { neverSettle } from "./never-settle";

/**
 * Returns a function that opens another page. Its promise never settles, so that a form stays busy until its page goes
 * away.
 */
export function useLeaveTo(): (href: string) => Promise<never> {
  const router = useRouter();
  return useCallback(
    (href) => {
      router.push(href);
      return neverSettle();
    },
    [router],
  );
}
