"use client";

import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { useForm, type FieldPath, type Resolver } from "react-hook-form";
import { DEFAULT_EVENT_SOURCE_NAME, defaultEventSource, getEventSource } from "@/domain/event-source/registry";
import type { FilterProblem } from "@/domain/filter/check-filter";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { showFieldErrors } from "@/lib/field-errors";
import { isApiError } from "@/lib/trpc/client";
import type { TriggerFormValues } from "./types";
import { loadTriggerFormChecks, useTriggerFormChecks } from "./use-trigger-form-checks";

const names: readonly FieldPath<TriggerFormValues>[] = [
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

/** Returns the values of a new trigger. */
export function newTriggerValues(): TriggerInput {
  return {
    name: "",
    description: "",
    eventSource: DEFAULT_EVENT_SOURCE_NAME,
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

/** Checks the fields once the script of the checks is there. Without it the server checks alone. */
const resolver: Resolver<TriggerFormValues> = async (values, context, options) =>
  (await loadTriggerFormChecks())?.checkFields(values, context, options) ?? { values, errors: {} };

const noProblems: readonly FilterProblem[] = [];

type Send = (input: TriggerInput) => Promise<void>;
type Options = {
  initial: TriggerInput;
  save: Send;
  /** starts a shadow with the form's fields; null if the page does not offer this */
  tryAsShadow: Send | null;
  onConflict: () => void;
};

/** Holds the fields of a trigger and its filter. One save checks and sends both. */
export function useTriggerForm({ initial, save, tryAsShadow, onConflict }: Options) {
  const { filter: initialFilter, key: _key, ...values } = initial;
  const form = useForm<TriggerFormValues>({ resolver, defaultValues: values });
  const [saved, setSaved] = useState(initialFilter);
  const [filter, setFilter] = useState(initialFilter);
  const [filterError, setFilterError] = useState<string | null>(null);
  const [draftProblem, setDraftProblem] = useState<string | null>(null);
  const [isStrict, setIsStrict] = useState(false);
  const sourceName = form.watch("eventSource");
  const source = getEventSource(sourceName) ?? defaultEventSource;
  const isEmpty = filter.children.length === 0;
  const check = useTriggerFormChecks(!isEmpty);
  const problems = useMemo(() => check?.checkFilter(source, filter) ?? noProblems, [check, source, filter]);
  // For the worst filter the search takes as long as a keystroke may take, so it is deferred.
  const deferred = useDeferredValue(filter);
  const found = useMemo(() => check?.findContradiction(source, deferred) ?? null, [check, source, deferred]);
  // An incomplete condition does not count as a contradiction.
  const contradiction = found && problems.some(({ path }) => path.join() === found.path.join()) ? null : found;

  const changeFilter = useCallback((next: Filter) => {
    setFilter(next);
    setFilterError(null);
  }, []);
  /** Sends the fields if they have no problem, and shows the server's errors. */
  const submitTo = (send: Send, onSent: (fields: TriggerFormValues) => void) =>
    form.handleSubmit(
      async (fields) => {
        setIsStrict(true);
        const checks = await loadTriggerFormChecks();
        const isWrong = (checks?.checkFilter(source, filter).length ?? 0) > 0;
        if (isWrong || draftProblem !== null || checks?.findContradiction(source, filter)) return focusFilter();
        try {
          await send({ ...fields, filter });
          onSent(fields);
          setIsStrict(false);
        } catch (error) {
          if (isApiError(error) && error.data?.code === "CONFLICT") return onConflict();
          const ofFilter = isApiError(error) ? error.data?.fields?.filter : undefined;
          if (!ofFilter) return showFieldErrors(error, form.setError, { names });
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
  // The trigger itself has not changed, so the form goes back to its values.
  const submitShadow = tryAsShadow && submitTo(tryAsShadow, discard);
  return {
    form,
    submitShadow,
    source,
    filter,
    check,
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

/** Focuses the first wrong condition once the form marks it. */
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
