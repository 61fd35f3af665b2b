"use client";

import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { Filter } from "@/domain/filter/schema";

const STEPS_MAX = 100;
/** Undo takes back keystrokes in one field together if the pauses between them are at most this long, in ms. */
const TYPING_MS = 1_000;

type History = { past: readonly Filter[]; future: readonly Filter[]; shown: Filter };

/**
 * Adds undo and redo to a filter's value. A change by something else, such as the button "Discard", is a step of its
 * own. Undo goes back at most `STEPS_MAX` steps.
 */
export function useFilterHistory(value: Filter, onChange: (filter: Filter) => void) {
  const [history, setHistory] = useState<History>({ past: [], future: [], shown: value });
  if (history.shown !== value)
    setHistory(({ past, shown }) => ({ past: keep([...past, shown]), future: [], shown: value }));
  const latest = useRef({ value, onChange, history, typedAt: 0, typedIn: "" });
  useLayoutEffect(() => {
    Object.assign(latest.current, { value, onChange, history });
  });

  const show = useCallback((next: History) => {
    Object.assign(latest.current, { value: next.shown, history: next });
    setHistory(next);
    latest.current.onChange(next.shown);
  }, []);
  /**
   * Applies an edit to the filter, and records the edit for undo.
   * @param place the field in which the person typed; empty for an edit that is an undo step of its own
   */
  const change = useCallback(
    (edit: (filter: Filter) => Filter, place = "") => {
      const { value: before, history: known, typedAt, typedIn } = latest.current;
      const next = edit(before);
      if (next === before) return;
      const isTyping = place !== "" && place === typedIn && Date.now() - typedAt < TYPING_MS;
      Object.assign(latest.current, { typedAt: Date.now(), typedIn: place });
      show({ past: isTyping ? known.past : keep([...known.past, before]), future: [], shown: next });
    },
    [show],
  );
  const undo = useCallback(() => {
    const { past, future, shown } = latest.current.history;
    const before = past.at(-1);
    if (before) show({ past: past.slice(0, -1), future: [shown, ...future], shown: before });
  }, [show]);
  const redo = useCallback(() => {
    const { past, future, shown } = latest.current.history;
    const [next, ...later] = future;
    if (next) show({ past: [...past, shown], future: later, shown: next });
  }, [show]);
  return { change, undo, redo, canUndo: history.past.length > 0, canRedo: history.future.length > 0 };
}

const keep = (past: readonly Filter[]): readonly Filter[] => past.slice(-STEPS_MAX);
