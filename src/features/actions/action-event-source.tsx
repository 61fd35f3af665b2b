"use client";

import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import type { EventSource } from "@/domain/event-source/event-source";
import { getEventNounForms, type EventNounForms } from "@/domain/event-source/event-noun";
import { defaultEventSource, getEventSource } from "@/domain/event-source/registry";

type ActionEventSource = { source: EventSource; noun: EventNounForms; choose: (name: string) => void };

const ActionEventSourceContext = createContext<ActionEventSource | null>(null);

/** Returns the event source that the form of an action shows. */
export function useActionEventSource(): ActionEventSource {
  const value = useContext(ActionEventSourceContext);
  if (!value) throw new Error("The form of an action has no event source.");
  return value;
}

/**
 * Holds the event source whose events the form of an action shows: its presets, the preview of a template and the test.
 * An action works for every source, so the choice is not saved.
 */
export function ActionEventSourceProvider({
  initial,
  children,
}: {
  /** the event source of the triggers that start the action; undefined if there are none */
  initial: string | undefined;
  children: ReactNode;
}) {
  const [chosen, choose] = useState<string | null>(null);
  const source = getEventSource(chosen ?? initial ?? "") ?? defaultEventSource;
  const value = useMemo(() => ({ source, noun: getEventNounForms(source.name), choose }), [source]);
  return <ActionEventSourceContext value={value}>{children}</ActionEventSourceContext>;
}
