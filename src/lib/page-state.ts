import { useSyncExternalStore } from "react";

/** A value that all components of the page share. */
type PageState<Value> = {
  /** Changes the value, and renders the components that use it. */
  set(value: Value): void;
  /** A hook that returns the value. */
  use(): Value;
};

/**
 * Makes a value that all components of the page share.
 * @param initial the value at first, which the server's HTML shows too
 * @param isSame tells whether a new value is no change; by default identity decides
 */
export function createPageState<Value>(
  initial: Value,
  isSame: (one: Value, other: Value) => boolean = Object.is,
): PageState<Value> {
  let current = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    set(value) {
      if (isSame(value, current)) return;
      current = value;
      listeners.forEach((listener) => listener());
    },
    use: () =>
      useSyncExternalStore(
        subscribe,
        () => current,
        () => initial,
      ),
  };
}
