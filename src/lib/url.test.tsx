import { act, render, screen } from "@testing-library/react";
import {
  createContext,
  startTransition,
  Suspense,
  use,
  useContext,
  useLayoutEffect,
  useState,
  type ReactNode,
} from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { UrlProvider, useUrl, type PageAddress } from "./url";
import { makeOneOfParam } from "./url-params";
import { useUrlParam } from "./use-url-params";

/*
 * The stand-in for the router follows `history` in a transition, as the router of Next.js does. A test holds the
 * transition back with `hold`, as a busy machine would.
 */
const Routed = createContext("/list");
vi.mock("next/navigation", () => ({
  usePathname: () => new URL(useContext(Routed), "http://localhost").pathname,
  useSearchParams: () => new URL(useContext(Routed), "http://localhost").searchParams,
}));

let held: Promise<void>;
let letGo: () => void;
const hold = (): void => {
  held = new Promise((resolve) => (letGo = resolve));
};
const native = { push: window.history.pushState, replace: window.history.replaceState };

function Router({ children }: { children: ReactNode }) {
  const [state, setState] = useState({ url: "/list", ready: Promise.resolve() });
  use(state.ready);
  useLayoutEffect(() => {
    const follow =
      (original: History["pushState"]): History["pushState"] =>
      (...entry) => {
        startTransition(() => setState({ url: String(entry[2]), ready: held }));
        original.apply(window.history, entry);
      };
    window.history.pushState = follow(native.push);
    window.history.replaceState = follow(native.replace);
  }, []);
  return <Routed value={state.url}>{children}</Routed>;
}

const tabParam = makeOneOfParam(["request", "why"]);
type Seen = { show: PageAddress["show"]; setTab: (tab: "request" | "why") => void };
/** The functions of the latest rendering of the page. */
const page: Seen = { show: () => undefined, setTab: () => undefined };

function Page({ onRender }: { onRender: (seen: Seen) => void }) {
  const { pathname, show } = useUrl();
  const [tab, setTab] = useUrlParam("tab", tabParam);
  useLayoutEffect(() => void onRender({ show, setTab }));
  return <p>{`${pathname} ${tab ?? "no tab"}`}</p>;
}

beforeEach(async () => {
  native.replace.call(window.history, null, "", "/list");
  held = Promise.resolve();
  await act(async () => {
    render(
      <Suspense>
        <Router>
          <UrlProvider>
            <Page onRender={(seen) => Object.assign(page, seen)} />
          </UrlProvider>
        </Router>
      </Suspense>,
    );
    await Promise.resolve();
  });
});
const shown = () => screen.getByText(/^\//).textContent;

test("a page shows an address at once, though the router still renders it", async () => {
  hold();
  await act(async () => page.show("/list/a", false));
  expect(shown()).toBe("/list/a no tab");
  await act(async () => letGo());
  expect(shown()).toBe("/list/a no tab");
});

test("a tab that is chosen while the router renders the address of a row keeps the row open", async () => {
  hold();
  await act(async () => page.show("/list/a", false));
  // The router renders an older state, and so would set the address back to it.
  native.replace.call(window.history, null, "", "/list");
  await act(async () => page.setTab("why"));
  expect(shown()).toBe("/list/a why");
  await act(async () => letGo());
  expect(shown()).toBe("/list/a why");
  expect(window.location.href).toMatch(/\/list\/a\?tab=why$/);
});

test("two changes in one event both take effect", async () => {
  hold();
  await act(async () => {
    page.show("/list/b", false);
    page.setTab("request");
  });
  expect(shown()).toBe("/list/b request");
  await act(async () => letGo());
  expect(shown()).toBe("/list/b request");
});

test("where the router goes elsewhere, the page follows", async () => {
  await act(async () => page.show("/list/a?tab=why", false));
  await act(async () => window.history.pushState(null, "", "/list?tab=request"));
  expect(shown()).toBe("/list request");
});
