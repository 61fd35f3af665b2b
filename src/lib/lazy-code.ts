import { useSyncExternalStore } from "react";

/** The wait before a failed load is tried again, in ms. */
const AGAIN_MS = 2_000;

/** Code that is not part of a page's first script. */
type LazyCode<Value> = {
  /**
   * Loads the code, and returns it; null if it did not arrive. A failed load is tried again as long as a component on
   * the page needs the code.
   */
  load: () => Promise<Value | null>;
  /** A hook that returns the code; null until it has loaded. With `isNeeded`, the hook loads the code. */
  use: (isNeeded: boolean) => Value | null;
};

/**
 * Makes a loader for code that is not part of the first script of a page. A page that lost its connection keeps working
 * without the code, where React's `lazy` would replace the page with its error page.
 */
export function makeLazyCodeLoader<Value>(fetchCode: () => Promise<Value>): LazyCode<Value> {
  let value: Value | null = null;
  let loading: Promise<Value | null> | null = null;
  let waiting = 0;
  const listeners = new Set<() => void>();
  const attempt = async (): Promise<Value | null> => {
    try {
      value = await fetchCode();
      for (const listener of listeners) listener();
    } catch {
      if (waiting > 0) setTimeout(() => void load(), AGAIN_MS);
    }
    loading = null;
    return value;
  };
  const load = (): Promise<Value | null> => (value === null ? (loading ??= attempt()) : Promise.resolve(value));
  const listen = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const wait = (listener: () => void): (() => void) => {
    waiting++;
    void load();
    const stop = listen(listener);
    return () => {
      waiting--;
      stop();
    };
  };
  return {
    load,
    use: (isNeeded) =>
      useSyncExternalStore(
        isNeeded ? wait : listen,
        () => value,
        () => null,
      ),
  };
}
