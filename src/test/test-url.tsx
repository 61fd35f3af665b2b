import { useRef, useState, type ReactNode } from "react";
import { UrlContext } from "@/lib/url";

/** Replaces `UrlProvider` in a test of components: it keeps the URL in memory, without a router. */
export function TestUrl({ url, children }: { url: string; children: ReactNode }) {
  const [shown, setShown] = useState(() => addressOf(url));
  const newest = useRef(shown);
  const show = (next: string): void => {
    newest.current = addressOf(next);
    setShown(newest.current);
  };
  return <UrlContext value={{ ...shown, newest: () => newest.current, show }}>{children}</UrlContext>;
}

function addressOf(url: string) {
  const { pathname, search } = new URL(url, "http://localhost");
  return { pathname, search: search.slice(1) };
}
