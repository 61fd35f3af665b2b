import { useCallback } from "react";
import { useRouter } from "next/navigation";

/**
 * Returns a function that opens another page. Its promise never settles, because the page that waits for it goes away.
 * A form that waits for the promise stays busy until then, so a second click on its button does nothing.
 */
export function useLeaveTo(): (href: string) => Promise<never> {
  const router = useRouter();
  return useCallback(
    (href) => {
      router.push(href);
      return new Promise<never>(() => undefined);
    },
    [router],
  );
}
