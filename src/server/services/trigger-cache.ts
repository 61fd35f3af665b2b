import { readConfiguration } from "@/domain/action/read-configuration";
import { getEventSource } from "@/domain/event-source/registry";
import { compileFilter, type CompiledFilter } from "@/domain/filter/evaluate";
import { createMatcher, type Matcher } from "@/domain/filter/matcher/matcher";
import type { Elsewhere } from "@/domain/filter/regex";
import type { Filter } from "@/domain/filter/schema";
import { readModes, type DelayMode } from "@/domain/trigger";
import type { Detail, EventSource } from "@/domain/event-source/event-source";
import type { Queryable } from "@/server/db/client";
import { readFilter } from "./triggers/read-filter";

export type CachedAction = { id: string; name: string; enabled: boolean; detail: Detail };

/** A trigger ready to decide. `problem` is set where its filter does not compile: then it decides nothing and says why. */
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
};

/** The active triggers of an event source, ready to decide. */
export type TriggerSet = {
  /** project.config_revision as of which they are the active ones */
  revision: bigint;
  byId: ReadonlyMap<string, CachedTrigger>;
  /** those whose filter does not compile */
  broken: readonly CachedTrigger[];
  /** whether any has a regular expression */
  hasRegexes: boolean;
  /** The triggers whose filter holds for a parsed payload, in the order of their ids. `elsewhere`: who evaluates what takes long. */
  match(payload: unknown, elsewhere?: Elsewhere): CachedTrigger[];
};

/** Compiled triggers by project and event source, for one process. */
export type TriggerCache = {
  /**
   * The active triggers of an event source as this transaction sees them, or as they are after a change that was
   * committed meanwhile. One number is read inside the transaction (project.config_revision, raised by the database at
   * every change); where it is above the cached one, the triggers that have changed since are read, and no others.
   */
  load(tx: Queryable, projectId: string, eventSource: string): Promise<TriggerSet>;
};

const PROJECTS_MAX = 1_000;
const CHANGED_MAX = 1_000;

/** The index over the triggers of the newest set of a project and event source. */
type Index = { matcher: Matcher; revision: bigint };
type Entry = { set: TriggerSet; index: Index };

export function createTriggerCache(): TriggerCache {
  const entries = new Map<string, Entry>();
  const load: TriggerCache["load"] = async (tx, projectId, eventSource) => {
    const [project] = await tx.$queryRaw<{ revision: bigint }[]>`
      SELECT config_revision AS revision FROM project WHERE id = ${projectId} AND deleted_at IS NULL`;
    const source = getEventSource(eventSource);
    if (!project || !source) return noTriggers;
    const { revision } = project;
    const key = `${projectId}\n${eventSource}`;
    const before = entries.get(key);
    if (before && before.set.revision >= revision) return before.set;
    const changed = before ? await changedSince(tx, projectId, before.set.revision) : null;
    const triggers = changed?.length === 0 ? [] : await readTriggers(tx, projectId, eventSource, changed);
    // Meanwhile another batch may have brought it this far, or further, or it may have been pushed out.
    const current = entries.get(key);
    if (current && current.set.revision >= revision) return current.set;
    if (!current && changed) return load(tx, projectId, eventSource);
    const entry =
      changed && current
        ? moveOn(current, changed, triggers, revision)
        : moveOn(emptyEntry(source), [], triggers, revision);
    if (entries.size >= PROJECTS_MAX && !entries.has(key)) entries.delete(entries.keys().next().value!);
    entries.delete(key);
    entries.set(key, entry);
    return entry.set;
  };
  return { load };
}

/** Of a project that is gone, or where none is asked. */
export const noTriggers: TriggerSet = { revision: 0n, byId: new Map(), broken: [], hasRegexes: false, match: () => [] };

const emptyEntry = (source: EventSource): Entry => ({
  set: noTriggers,
  index: { matcher: createMatcher(source), revision: 0n },
});

/** The index is changed in place, for the changed triggers only. */
function moveOn(
  { set, index }: Entry,
  changed: readonly string[],
  triggers: readonly CachedTrigger[],
  revision: bigint,
): Entry {
  const byId = new Map(set.byId);
  const now = new Map(triggers.map((trigger) => [trigger.id, trigger]));
  for (const id of changed) {
    byId.delete(id);
    if (!now.get(id)?.filter) index.matcher.remove(id);
  }
  for (const trigger of triggers) {
    byId.set(trigger.id, trigger);
    if (trigger.filter) index.matcher.set(trigger.id, trigger.filter.tree);
  }
  index.revision = revision;
  return { set: toSet(revision, byId, index), index };
}

function toSet(revision: bigint, byId: ReadonlyMap<string, CachedTrigger>, index: Index): TriggerSet {
  return {
    revision,
    byId,
    broken: [...byId.values()].filter((trigger) => trigger.filter === null),
    hasRegexes: [...byId.values()].some(
      (trigger) => trigger.filter !== null && trigger.filter.compiled.regexes.length > 0,
    ),
    match: (payload, elsewhere) => {
      // A batch that still decides by these triggers when the index has moved on asks each of them.
      if (index.revision !== revision)
        return [...byId.values()]
          .filter((trigger) => trigger.filter?.compiled.evaluate(payload, elsewhere).matched)
          .sort(byTriggerId);
      return index.matcher
        .match(payload, elsewhere)
        .map((id) => byId.get(id)!)
        .sort(byTriggerId);
    },
  };
}

export const byTriggerId = (left: CachedTrigger, right: CachedTrigger): number => (left.id < right.id ? -1 : 1);

/** Null for more than are worth being looked up one by one. */
async function changedSince(tx: Queryable, projectId: string, revision: bigint): Promise<string[] | null> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT trigger_id AS id FROM trigger_change WHERE project_id = ${projectId} AND revision > ${revision} LIMIT ${CHANGED_MAX + 1}`;
  return rows.length > CHANGED_MAX ? null : rows.map(({ id }) => id);
}

/** @param ids of these the active ones; null: all that are active */
async function readTriggers(
  tx: Queryable,
  projectId: string,
  eventSource: string,
  ids: readonly string[] | null,
): Promise<CachedTrigger[]> {
  const rows = await tx.triggerConfiguration.findMany({
    where: { projectId, eventSource, status: "ACTIVE", deletedAt: null, ...(ids ? { id: { in: [...ids] } } : {}) },
    select: {
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
        select: { action: { select: cachedActionSelect } },
      },
    },
    orderBy: { id: "asc" },
  });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    version: row.version,
    samplingRate: row.samplingRate,
    delaySeconds: row.delaySeconds,
    capPerHour: row.capPerHour,
    ...readStored(eventSource, row),
    actions: row.actions.map(({ action }) => toCachedAction(action)),
  }));
}

export const cachedActionSelect = { id: true, name: true, type: true, configuration: true, disabledAt: true } as const;
type ActionRow = { id: string; name: string; type: string; configuration: unknown; disabledAt: Date | null };

/** An action that cannot be read still gets its executions: each ends with the reason, and can be sent once it is mended. */
export function toCachedAction({ id, name, type, configuration, disabledAt }: ActionRow): CachedAction {
  const read = readConfiguration(type, configuration);
  return {
    id,
    name,
    enabled: disabledAt === null,
    detail: read.problem === null ? read.type.detailOf(read.stored) : "standard",
  };
}

/** Filter and modes of a stored trigger. What cannot be read is a problem of this trigger alone. */
function readStored(eventSource: string, row: { filter: unknown; samplingBy: string; delayMode: string }) {
  const { problem, ...modes } = readModes(row);
  return { ...modes, ...(problem === null ? compileStored(eventSource, row.filter) : { filter: null, problem }) };
}

/** A stored filter ready to decide, or why it is not. */
export function compileStored(eventSource: string, json: unknown): Pick<CachedTrigger, "filter" | "problem"> {
  const read = readFilter(eventSource, json);
  if (read.problem !== null) return { filter: null, problem: read.problem };
  return { filter: { tree: read.filter, compiled: compileFilter(read.source, read.filter) }, problem: null };
}
