import { getEventSource } from "@/domain/event-source/registry";
import { Filter } from "@/domain/filter/schema";
import { hashFilterValues } from "@/domain/redaction/filter-values";
import type { Compute } from "@/server/compute/compute";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { readRedaction, cachedRedactionOf } from "./cached-redaction";
import { cachedRedactorOf, type RedactionSetup } from "./cached-redactor";

/** Turns the values of a filter into the form in which the project stores them. */
export type HashFilter = (eventSource: string, filter: Filter) => Filter;

const unchanged: HashFilter = (_source, filter) => filter;

function hashFilterOf(setup: RedactionSetup | null): HashFilter {
  if (!setup?.rules.some(({ action }) => action === "hash")) return unchanged;
  const redactor = cachedRedactorOf(setup);
  return (eventSource, filter) => {
    const source = getEventSource(eventSource);
    return source ? hashFilterValues(filter, source, redactor) : filter;
  };
}

/** Returns the function that hashes a project's filters, by the rules that a transaction sees. */
export const loadFilterHasher = async (
  ctx: Pick<ServiceContext, "cipher">,
  tx: DatabaseOrTransaction,
  projectId: string,
): Promise<HashFilter> => hashFilterOf(await readRedaction(ctx, tx, projectId));

/** Returns the filters of `compute` for a project. They compare values in the form in which the project stores them. */
export async function filterEvaluatorsOf(
  ctx: ServiceContext,
  projectId: string,
): Promise<Pick<Compute, "filter" | "withFilters">> {
  const hashFilter = hashFilterOf(await cachedRedactionOf(ctx, projectId));
  if (hashFilter === unchanged) return ctx.compute;
  const hash = (eventSource: string, json: unknown): unknown => {
    const read = Filter.safeParse(json);
    return read.success ? hashFilter(eventSource, read.data) : json;
  };
  return {
    filter: (owner, request, signal) =>
      ctx.compute.filter(owner, { ...request, filter: hash(request.eventSource, request.filter) }, signal),
    withFilters: (owner, { eventSource, signal }, run) =>
      ctx.compute.withFilters(owner, { eventSource, signal }, (look) =>
        run((json, state) => look(hash(eventSource, json), state)),
      ),
  };
}
