"use client";

import { useSyncExternalStore, type ReactNode } from "react";
import { makeLazyPopup } from "./lazy-popup";
import type { ToastManager } from "./toast-viewport";

const ToastViewport = makeLazyPopup(() => import("./toast-viewport").then((module) => module.ToastViewport));

type ToastOptions = {
  description?: ReactNode;
  action?: { label: string; onClick: () => void };
  /**
   * how long the toast is shown, in ms; by default 10,000 for an error, else 5,000. 0 keeps the toast until a person
   * closes it
   */
  timeoutMs?: number;
  /** the id of the toast; a later toast with the same id replaces the earlier one */
  id?: string;
};

let manager: ToastManager | null = null;
let isWanted = false;
let count = 0;
/** Calls of `toast` from before the toast script had loaded. They run once it has loaded. */
const waiting: ((manager: ToastManager) => void)[] = [];
let notify: () => void = () => undefined;

function withManager(run: (manager: ToastManager) => void): void {
  if (manager) return run(manager);
  waiting.push(run);
  isWanted = true;
  notify();
}

function add(
  type: "success" | "error" | "info",
  title: ReactNode,
  { action, timeoutMs, id = `toast-${++count}`, ...options }: ToastOptions = {},
): string {
  withManager((toasts) =>
    toasts.add({
      ...options,
      id,
      type,
      title,
      // Screen readers announce an error at once.
      timeout: timeoutMs ?? (type === "error" ? 10_000 : 5_000),
      priority: type === "error" ? "high" : "low",
      actionProps: action ? { children: action.label, onClick: action.onClick } : undefined,
    }),
  );
  return id;
}

/**
 * Shows short messages at the edge of the window. Any code in the browser may call these functions; `Toaster` renders
 * the messages.
 */
export const toast = {
  success: (title: ReactNode, options?: ToastOptions) => add("success", title, options),
  error: (title: ReactNode, options?: ToastOptions) => add("error", title, options),
  info: (title: ReactNode, options?: ToastOptions) => add("info", title, options),
  dismiss: (id?: string) => withManager((toasts) => toasts.close(id)),
};

function subscribe(onChange: () => void): () => void {
  notify = onChange;
  return () => (notify = () => undefined);
}

function onReady(toasts: ToastManager): void {
  manager = toasts;
  for (const run of waiting.splice(0)) run(toasts);
}

/**
 * Renders the toasts from the first toast on. Their script loads when a person first uses the page. `UiProvider`
 * renders this component once for all pages.
 */
export function Toaster() {
  const wanted = useSyncExternalStore(
    subscribe,
    () => isWanted,
    () => false,
  );
  return wanted && <ToastViewport onReady={onReady} />;
}
