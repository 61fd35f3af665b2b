import { readConfiguration } from "@/domain/action/read-configuration";
import type { EventDetailLevel } from "@/domain/event-source/event-source";
import { compileFilter, type CompiledFilter } from "@/domain/filter/compile-filter";
import type { Filter } from "@/domain/filter/schema";
import { readTriggerModes, type DelayMode } from "@/domain/trigger";
import type { Prisma } from "@/generated/prisma/client";
import type { HashFilter } from "../redaction/hashed-filters";
import { readStoredFilter } from "./read-stored-filter";

export type CachedAction = { id: string; name: string; enabled: boolean; detail: EventDetailLevel };

/**
 * A trigger with its compiled filter. If the filter does not compile, `problem` says why, and the trigger makes no
 * decisions.
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

/** A shadow with its compiled filter. If the filter does not compile, the shadow makes no decisions. */
type CachedShadow = Pick<CachedTrigger, "filter" | "samplingRate" | "samplingBy"> & { id: string };

/** A stored filter was checked when it was saved, so its regular expressions compile when they are first needed. */
export const storedFilterCheckOptions = { compilesRegexes: false };

/** The columns that `toCachedTrigger` reads. */
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

/** Compiles a stored trigger for the cache. */
export const toCachedTrigger = (eventSource: string, row: TriggerRow, hashFilter: HashFilter): CachedTrigger => ({
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
 * Makes an action of the cache. An unreadable action still gets executions: each ends with the reason, and can be sent
 * once the action is repaired.
 */
export function toCachedAction({ id, name, type, configuration, disabledAt }: ActionRow): CachedAction {
  const read = readConfiguration(type, configuration);
  return {
    id,
    name,
    enabled: disabledAt === null,
    detail: read.problem === null ? read.configuration.detail : "standard",
  };
}

/** Parses the filter and modes of a stored trigger. If they cannot be read, only this trigger has a problem. */
function readStored(
  eventSource: string,
  row: { filter: unknown; samplingBy: string; delayMode: string },
  hashFilter: HashFilter,
) {
  const { problem, ...modes } = readTriggerModes(row);
  return {
    ...modes,
    ...(problem === null ? compileStoredFilter(eventSource, row.filter, hashFilter) : { filter: null, problem }),
  };
}

/**
 * Compiles a stored filter, or says why it makes no decisions.
 * @param hashFilter turns its values into the form in which the project stores them
 */
export function compileStoredFilter(
  eventSource: string,
  json: unknown,
  hashFilter: HashFilter = (_source, filter) => filter,
): Pick<CachedTrigger, "filter" | "problem"> {
  const read = readStoredFilter(eventSource, json, storedFilterCheckOptions);
  if (read.problem !== null) return { filter: null, problem: read.problem };
  const tree = hashFilter(eventSource, read.filter);
  return { filter: { tree, compiled: compileFilter(read.source, tree, storedFilterCheckOptions) }, problem: null };
}
