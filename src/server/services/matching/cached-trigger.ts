import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import type { EventDetailLevel } from "@/domain/event-source/event-source";
import { compileFilter, type CompiledFilter } from "@/domain/filter/compile-filter";
import type { Filter } from "@/domain/filter/schema";
import { readTriggerModes, type DelayMode } from "@/domain/trigger";
import type { Prisma } from "@/generated/prisma/client";
import type { FilterHasher } from "../redaction/hashed-filters";
import { readStoredFilter } from "./read-stored-filter";

export type CachedAction = { id: string; name: string; enabled: boolean; detail: EventDetailLevel };

/**
 * A trigger with its compiled filter and its actions, as the matcher and backfills use it. If the filter does not
 * compile, `problem` says why, and the trigger does not fire.
 */
export type CachedTrigger = {
  id: string;
  name: string;
  version: number;
  samplingRate: number;
  samplingBy: "source" | "trace" | "session";
  delaySeconds: number;
  delayMode: DelayMode;
  capPerHour: number | null;
  filter: { tree: Filter; compiled: CompiledFilter } | null;
  problem: string | null;
  actions: CachedAction[];
  shadow: CachedShadow | null;
};

/**
 * A trigger's shadow (a filter that decides on trial and sends nothing), compiled. `filter` is null if it does not
 * compile.
 */
type CachedShadow = Pick<CachedTrigger, "filter" | "samplingRate" | "samplingBy"> & { id: string };

/**
 * Options for checking a stored filter. Its regular expressions were checked when the filter was saved, so each
 * compiles only when it is first needed.
 */
export const storedFilterCheckOptions = { compilesRegexes: false };

/** The Prisma `select` of the columns that `toCachedTrigger` reads. */
export const cachedTriggerSelect = {
  id: true,
  name: true,
  version: true,
  filter: true,
  samplingRate: true,
  samplingBy: true,
  delaySeconds: true,
  delayMode: true,
  capPerHour: true,
  actions: {
    where: { action: { deletedAt: null } },
    orderBy: { position: "asc" },
    select: { action: { select: { id: true, name: true, type: true, configuration: true, disabledAt: true } } },
  },
  shadow: { select: { id: true, filter: true, samplingRate: true, samplingBy: true } },
} as const satisfies Prisma.TriggerConfigurationSelect;
type TriggerRow = Prisma.TriggerConfigurationGetPayload<{ select: typeof cachedTriggerSelect }>;

/** Makes a CachedTrigger from a stored trigger: compiles its filter and its shadow's filter. */
export const toCachedTrigger = (eventSource: string, row: TriggerRow, hashFilter: FilterHasher): CachedTrigger => ({
  id: row.id,
  name: row.name,
  version: row.version,
  samplingRate: row.samplingRate,
  delaySeconds: row.delaySeconds,
  capPerHour: row.capPerHour,
  ...readStored(eventSource, row, hashFilter),
  actions: row.actions.map(({ action }) => toCachedAction(action)),
  shadow: row.shadow && {
    id: row.shadow.id,
    samplingRate: row.shadow.samplingRate,
    ...readStored(eventSource, { ...row.shadow, delayMode: row.delayMode }, hashFilter),
  },
});

export const cachedActionSelect = { id: true, name: true, type: true, configuration: true, disabledAt: true } as const;
type ActionRow = { id: string; name: string; type: string; configuration: unknown; disabledAt: Date | null };

/**
 * Makes a CachedAction from a stored action. If its configuration is unreadable, executions are still created. They
 * fail with the reason, and a person can resend them once the action is repaired.
 */
export function toCachedAction({ id, name, type, configuration, disabledAt }: ActionRow): CachedAction {
  const read = readStoredConfiguration(type, configuration);
  return {
    id,
    name,
    enabled: disabledAt === null,
    detail: read.problem === null ? read.configuration.detail : "standard",
  };
}

/**
 * Compiles the filter of a stored trigger or shadow, and reads its sampling and delay modes. If they are unreadable, it
 * returns the problem instead of throwing, so that other triggers still work.
 */
function readStored(
  eventSource: string,
  row: { filter: unknown; samplingBy: string; delayMode: string },
  hashFilter: FilterHasher,
) {
  const { problem, ...modes } = readTriggerModes(row);
  return {
    ...modes,
    ...(problem === null ? compileStoredFilter(eventSource, row.filter, hashFilter) : { filter: null, problem }),
  };
}

/**
 * Compiles a stored filter, or returns the problem why it cannot be evaluated.
 * @param hashFilter replaces values of the filter by their hashes, if the project's redaction rules store hashes of
 * these values
 */
export function compileStoredFilter(
  eventSource: string,
  json: unknown,
  hashFilter: FilterHasher = (_source, filter) => filter,
): Pick<CachedTrigger, "filter" | "problem"> {
  const read = readStoredFilter(eventSource, json, storedFilterCheckOptions);
  if (read.problem !== null) return { filter: null, problem: read.problem };
  const tree = hashFilter(eventSource, read.filter);
  return { filter: { tree, compiled: compileFilter(read.source, tree, storedFilterCheckOptions) }, problem: null };
}
