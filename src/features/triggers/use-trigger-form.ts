"use client";

import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type FieldPath } from "react-hook-form";
import { DEFAULT_EVENT_SOURCE, defaultEventSource, getEventSource } from "@/domain/event-source/registry";
import { checkFilter } from "@/domain/filter/check";
import { findContradiction } from "@/domain/filter/contradiction";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { showFieldErrors } from "@/lib/field-errors";
import { isApiError } from "@/lib/trpc/client";
import { TriggerValues } from "./types";

const names: readonly FieldPath<TriggerValues>[] = [
  "name",
  "description",
  "eventSource",
  "samplingRate",
  "samplingBy",
  "delaySeconds",
  "delayMode",
  "capPerHour",
  "actionIds",
  "status",
];

/** What a new trigger starts from. */
export function newTrigger(): TriggerInput {
  return {
    name: "",
    description: "",
    eventSource: DEFAULT_EVENT_SOURCE,
    filter: emptyFilter,
    samplingRate: 1,
    samplingBy: "source",
    delaySeconds: 0,
    delayMode: "fixed",
    capPerHour: null,
    actionIds: [],
    status: "ACTIVE",
  };
}

type Send = (input: TriggerInput) => Promise<void>;
type Options = {
  initial: TriggerInput;
  save: Send;
  /** starts a shadow with the fields; null where that is not offered */
  tryAsShadow: Send | null;
  onConflict: () => void;
};

/** The fields of a trigger and its filter, checked together and saved together. */
export function useTriggerForm({ initial, save, tryAsShadow, onConflict }: Options) {
  const { filter: initialFilter, key: _key, ...values } = initial;
  const form = useForm({ resolver: zodResolver(TriggerValues), defaultValues: values });
  const [saved, setSaved] = useState(initialFilter);
  const [filter, setFilter] = useState(initialFilter);
  const [filterError, setFilterError] = useState<string | null>(null);
  const [draftProblem, setDraftProblem] = useState<string | null>(null);
  const [isStrict, setIsStrict] = useState(false);
  const sourceName = form.watch("eventSource");
  const source = getEventSource(sourceName) ?? defaultEventSource;
  const problems = useMemo(() => checkFilter(source, filter), [source, filter]);
  // Finding one can take as long as a keystroke may, in the worst of filters.
  const deferred = useDeferredValue(filter);
  const found = useMemo(() => findContradiction(source, deferred), [source, deferred]);
  // A condition without its value is not complete yet; that is no contradiction.
  const contradiction = found && problems.some(({ path }) => path.join() === found.path.join()) ? null : found;

  const changeFilter = useCallback((next: Filter) => {
    setFilter(next);
    setFilterError(null);
  }, []);
  /** Sends the fields if they are sound, and shows what the server says of them. */
  const submitTo = (send: Send, onSent: (fields: TriggerValues) => void) =>
    form.handleSubmit(
      async (fields) => {
        setIsStrict(true);
        if (problems.length > 0 || draftProblem !== null || findContradiction(source, filter)) return focusFilter();
        try {
          await send({ ...fields, filter });
          onSent(fields);
          setIsStrict(false);
        } catch (error) {
          if (isApiError(error) && error.data?.code === "CONFLICT") return onConflict();
          const ofFilter = isApiError(error) ? error.data?.fields?.filter : undefined;
          if (!ofFilter) return showFieldErrors(error, form.setError, names);
          setFilterError(ofFilter);
          focusFilter();
        }
      },
      () => setIsStrict(true),
    );
  const submit = submitTo(save, (fields) => {
    form.reset(fields);
    setSaved(filter);
  });
  const isDirty = form.formState.isDirty || JSON.stringify(filter) !== JSON.stringify(saved);
  const discard = () => {
    form.reset();
    changeFilter(saved);
    setIsStrict(false);
  };
  // The form goes back to the trigger, which is as it was.
  const submitShadow = tryAsShadow && submitTo(tryAsShadow, discard);
  return {
    form,
    submitShadow,
    source,
    filter,
    changeFilter,
    filterError,
    setDraftProblem,
    problems,
    contradiction,
    isStrict,
    isDirty,
    submit,
    discard,
  };
}

/** Puts the focus on the first condition that is wrong, once it is shown as such. */
function focusFilter(): void {
  requestAnimationFrame(() => {
    const filter = document.getElementById("trigger-filter");
    const target =
      filter?.querySelector<HTMLElement>("[aria-invalid=true]") ??
      filter?.querySelector<HTMLElement>("button, input, textarea");
    target?.focus();
    filter?.scrollIntoView({ block: "nearest" });
  });
}
