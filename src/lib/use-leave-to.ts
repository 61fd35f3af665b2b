import { useCallback, useEffect, useRef } from "react";
import { useRouter } from "next/navigation";
import { neverSettle } from "./never-settle";

/**
 * Returns a function that opens another page. Its promise never settles, so that a form stays busy until its page goes
 * away. If the person has left the page during a save, the function opens nothing.
 */
export function useLeaveTo(): (href: string) => Promise<never> {
  const router = useRouter();
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => void (isLeft.current = true);
  }, []);
  return useCallback(
    (href) => {
      if (!isLeft.current) router.push(href);
      return neverSettle();
    },
    [router],
  );
}
