import { Filter } from "@/domain/filter/schema";
import { compileFilter, type CompiledFilter } from "@/domain/filter/evaluate";
import { getEventSource } from "@/domain/event-source/registry";
import { getActionType } from "@/domain/action/registry";
import { DelayMode } from "@/domain/trigger";
import type { Detail } from "@/domain/event-source/event-source";
import type { Queryable } from "@/server/db/client";

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
  filter: CompiledFilter | null;
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
  /** The triggers whose filter holds for a parsed payload. */
  match(payload: unknown): CachedTrigger[];
};

/** Compiled triggers by project and event source, for one process. */
export type TriggerCache = {
  /**
   * The active triggers of an event source as this transaction sees them. One number is read inside the
   * transaction (project.config_revision, raised by the database at every change); only where it differs
   * from the cached one are the triggers read and compiled again.
   */
  load(tx: Queryable, projectId: string, eventSource: string): Promise<TriggerSet>;
};

const PROJECTS_MAX = 1_000;

export function createTriggerCache(): TriggerCache {
  const entries = new Map<string, TriggerSet>();
  return {
    async load(tx, projectId, eventSource) {
      const [project] = await tx.$queryRaw<{ revision: bigint }[]>`
        SELECT config_revision AS revision FROM project WHERE id = ${projectId} AND deleted_at IS NULL`;
      if (!project) return toSet(0n, []);
      const key = `${projectId}\n${eventSource}`;
      const cached = entries.get(key);
      if (cached && cached.revision === project.revision) return cached;
      const set = toSet(project.revision, await readTriggers(tx, projectId, eventSource));
      if (entries.size >= PROJECTS_MAX) entries.delete(entries.keys().next().value!);
      entries.delete(key);
      entries.set(key, set);
      return set;
    },
  };
}

function toSet(revision: bigint, triggers: readonly CachedTrigger[]): TriggerSet {
  const sound = triggers.filter((trigger) => trigger.filter !== null);
  return {
    revision,
    byId: new Map(triggers.map((trigger) => [trigger.id, trigger])),
    broken: triggers.filter((trigger) => trigger.filter === null),
    match: (payload) => sound.filter((trigger) => trigger.filter!.evaluate(payload).matched),
  };
}

async function readTriggers(tx: Queryable, projectId: string, eventSource: string): Promise<CachedTrigger[]> {
  const rows = await tx.triggerConfiguration.findMany({
    where: { projectId, eventSource, status: "ACTIVE", deletedAt: null },
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
        select: { action: { select: { id: true, name: true, type: true, configuration: true, disabledAt: true } } },
      },
    },
    orderBy: { id: "asc" },
  });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    version: row.version,
    samplingRate: row.samplingRate,
    samplingBy: row.samplingBy as CachedTrigger["samplingBy"],
    delaySeconds: row.delaySeconds,
    delayMode: DelayMode.parse(row.delayMode),
    capPerHour: row.capPerHour,
    ...compile(eventSource, row.filter),
    actions: row.actions.map(({ action }) => ({
      id: action.id,
      name: action.name,
      enabled: action.disabledAt === null,
      detail: getActionType(action.type)?.detailOf(action.configuration) ?? "standard",
    })),
  }));
}

function compile(eventSource: string, json: unknown): Pick<CachedTrigger, "filter" | "problem"> {
  const source = getEventSource(eventSource);
  if (!source) return { filter: null, problem: `The event source ${eventSource} is not registered.` };
  try {
    return { filter: compileFilter(source, Filter.parse(json)), problem: null };
  } catch (error) {
    return { filter: null, problem: (error as Error).message };
  }
}
