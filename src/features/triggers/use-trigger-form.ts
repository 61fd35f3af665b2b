"use client";

import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { useForm, type FieldPath, type Resolver } from "react-hook-form";
import { DEFAULT_EVENT_SOURCE_NAME, defaultEventSource, getEventSource } from "@/domain/event-source/registry";
import type { FilterProblem } from "@/domain/filter/check-filter";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { showFieldErrors } from "@/lib/field-errors";
import { resetFormToSaved } from "@/lib/reset-form-to-saved";
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

/** Returns the initial form values for a new trigger. */
export function makeNewTriggerFormValues(): TriggerInput {
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

/**
 * Validates the form's fields. It first waits for the script with the checks. If the script cannot be loaded, only the
 * server validates.
 */
const resolver: Resolver<TriggerFormValues> = async (values, context, options) =>
  (await loadTriggerFormChecks())?.checkFields(values, context, options) ?? { values, errors: {} };

const noProblems: readonly FilterProblem[] = [];

type Send = (input: TriggerInput) => Promise<void>;
type Options = {
  initial: TriggerInput;
  save: Send;
  /** starts a shadow (a trial that sends nothing) with the form's values; null if the page does not offer this */
  tryAsShadow: Send | null;
  onConflict?: (() => void) | undefined;
};

/**
 * Holds the state of a trigger's form: its fields and its filter. `submit` validates and saves both. `submitShadow`
 * starts a shadow with them.
 */
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
  // The search for contradictions can be slow for large filters, so it uses a deferred value and does not delay typing.
  const deferred = useDeferredValue(filter);
  const found = useMemo(() => check?.findContradiction(source, deferred) ?? null, [check, source, deferred]);
  // A contradiction at a condition that has a problem is not shown, because the condition may only be incomplete.
  const contradiction = found && problems.some(({ path }) => path.join() === found.path.join()) ? null : found;

  const changeFilter = useCallback((next: Filter) => {
    setFilter(next);
    setFilterError(null);
  }, []);
  /**
   * Returns a submit handler. It validates the form and the filter, and sends nothing if one of them has an error.
   * Otherwise it calls `send`, and then `onSent`. It shows the server's errors at the fields. A conflict calls
   * `onConflict` instead, if there is one.
   */
  const submitTo = (send: Send, onSent: (values: { sent: TriggerFormValues; saved: TriggerFormValues }) => void) =>
    form.handleSubmit(
      async (fields) => {
        const sent = structuredClone(form.getValues());
        setIsStrict(true);
        const checks = await loadTriggerFormChecks();
        const isWrong = (checks?.checkFilter(source, filter).length ?? 0) > 0;
        if (isWrong || draftProblem !== null || checks?.findContradiction(source, filter)) return focusFilter();
        try {
          await send({ ...fields, filter });
          onSent({ sent, saved: fields });
          setIsStrict(false);
        } catch (error) {
          if (onConflict && isApiError(error) && error.data?.code === "CONFLICT") return onConflict();
          const ofFilter = isApiError(error) ? error.data?.fields?.filter : undefined;
          if (!ofFilter) return showFieldErrors(error, form.setError, { names });
          setFilterError(ofFilter);
          focusFilter();
        }
      },
      () => setIsStrict(true),
    );
  const submit = submitTo(save, (values) => {
    resetFormToSaved(form, values);
    setSaved(filter);
  });
  const isDirty = form.formState.isDirty || JSON.stringify(filter) !== JSON.stringify(saved);
  const discard = () => {
    form.reset();
    changeFilter(saved);
    setIsStrict(false);
  };
  // Starting a shadow does not change the trigger, so the form afterwards returns to the trigger's saved values.
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

/**
 * Focuses the filter's first field with an error, or else the filter's first control. It waits one frame, because React
 * marks the errors first.
 */
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
