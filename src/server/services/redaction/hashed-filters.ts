import { getEventSource } from "@/domain/event-source/registry";
import { Filter } from "@/domain/filter/schema";
import { hashFilterValues } from "@/domain/redaction/filter-values";
import type { ComputeThreads } from "@/server/compute/compute";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { readRedactionRules, getCachedRedactionRules } from "./cached-redaction-rules";
import { getCachedRedactor, type RedactionRulesWithSalt } from "./cached-redactor";

/**
 * A function that replaces values in a filter by their hashes, if the project's redaction rules store hashes of these
 * values. It does so for the operators `=`, `any of`, `none of` and `all of`. Other operators keep their values.
 */
export type FilterHasher = (eventSource: string, filter: Filter) => Filter;

const unchanged: FilterHasher = (_source, filter) => filter;

function hashFilterOf(setup: RedactionRulesWithSalt | null): FilterHasher {
  if (!setup?.rules.some(({ action }) => action === "hash")) return unchanged;
  const redactor = getCachedRedactor(setup);
  return (eventSource, filter) => {
    const source = getEventSource(eventSource);
    return source ? hashFilterValues(filter, source, redactor) : filter;
  };
}

/** Makes a project's FilterHasher from the redaction rules that a transaction sees. */
export const loadFilterHasher = async (
  ctx: Pick<ServiceContext, "cipher">,
  tx: DatabaseOrTransaction,
  projectId: string,
): Promise<FilterHasher> => hashFilterOf(await readRedactionRules(ctx, tx, projectId));

/**
 * Returns the functions that evaluate filters over a project's stored states. They hash filter values first, if the
 * project stores hashes of them.
 */
export async function filterEvaluatorsOf(
  ctx: ServiceContext,
  projectId: string,
): Promise<Pick<ComputeThreads, "filter" | "withFilters">> {
  const hashFilter = hashFilterOf(await getCachedRedactionRules(ctx, projectId));
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
