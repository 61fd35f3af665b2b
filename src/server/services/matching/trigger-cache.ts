import { getEventSource } from "@/domain/event-source/registry";
import type { EventSource } from "@/domain/event-source/event-source";
import { createTriggerMatcher, type TriggerMatcher } from "@/domain/filter/matcher/matcher";
import type { RegexResultLookup } from "@/domain/filter/regex";
import { makePauseBetweenSlices } from "@/server/compute/time-slices";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { loadFilterHasher } from "../redaction/hashed-filters";
import { cachedTriggerSelect, storedFilterCheckOptions, toCachedTrigger, type CachedTrigger } from "./cached-trigger";

/** All triggers of a project and event source that are on, with compiled filters and an index to match them. */
export type ActiveTriggerSet = {
  /** the value of project.config_revision (a counter of configuration changes) at which these triggers were read */
  revision: bigint;
  byId: ReadonlyMap<string, CachedTrigger>;
  /** the triggers whose filter does not compile */
  broken: readonly CachedTrigger[];
  /** the triggers that have a shadow (a trial filter) */
  shadowed: readonly CachedTrigger[];
  /** whether any filter has a regular expression */
  hasRegexes: boolean;
  /**
   * Returns the triggers whose filter matches a parsed payload, in the order of their ids.
   * @param lookup returns results of slow regular expressions, which a worker thread has evaluated before
   */
  match(payload: unknown, lookup?: RegexResultLookup): CachedTrigger[];
};

/** Keeps the compiled triggers of each project and event source in the memory of one process. */
export type TriggerCache = {
  /**
   * Returns the active triggers of an event source, never older than this transaction sees them. The transaction reads
   * project.config_revision, a number that every change of triggers raises. If the cache is older, only the changed
   * triggers are read again, or all if more than 100 have changed.
   */
  load(
    ctx: Secrets,
    tx: DatabaseOrTransaction,
    input: { projectId: string; eventSource: string },
  ): Promise<ActiveTriggerSet>;
  /**
   * Loads the triggers of an event source into memory, if they are not there yet. Thousands of triggers take seconds.
   * So a batch calls this before its transaction takes locks, and the load lets other work run in between.
   */
  warm(ctx: Secrets & Pick<ServiceContext, "db">, projectId: string, eventSource: string): Promise<void>;
};

/** The part of the context that decrypts the salt for hashes of redaction rules. */
type Secrets = Pick<ServiceContext, "cipher">;

const PROJECTS_MAX = 1_000;
/**
 * Up to this many changed triggers are replaced in the index one by one, in about 0.2 ms each. If more have changed,
 * all triggers are loaded again.
 */
const CHANGED_MAX = 100;
/** One query reads at most this many bytes of filters, and at most this many triggers. */
const PAGE_BYTES_MAX = 32 * 1024;
const PAGE_ROWS_MAX = 20;

/**
 * The matcher's index over triggers of a project and event source. The index is changed in place; `revision` tells at
 * which configuration it is now.
 */
type Index = { matcher: TriggerMatcher; revision: bigint };
type Entry = { set: ActiveTriggerSet; index: Index };

export function createTriggerCache(): TriggerCache {
  const entries = new Map<string, Entry>();
  /** Loads that are under way, by project and event source. A second batch waits for the same load. */
  const loading = new Map<string, Promise<Entry>>();

  const keep = (key: string, entry: Entry): Entry => {
    if (entries.size >= PROJECTS_MAX && !entries.has(key)) entries.delete(entries.keys().next().value!);
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };
  const loadAfresh = async (
    ctx: Secrets,
    tx: DatabaseOrTransaction,
    { projectId, source, revision }: { projectId: string; source: EventSource; revision: bigint },
  ): Promise<Entry> => {
    const key = `${projectId}\n${source.name}`;
    // If the load of another batch fails, this batch loads the triggers itself.
    const others = await loading.get(key)?.catch(() => null);
    if (others) return others;
    const made = loadAll(ctx, tx, { projectId, source, revision })
      .then((entry) => {
        // Another batch may have put triggers of this revision or a later one into the cache meanwhile.
        const current = entries.get(key);
        return current && current.set.revision >= revision ? current : keep(key, entry);
      })
      .finally(() => loading.delete(key));
    loading.set(key, made);
    return made;
  };
  const load: TriggerCache["load"] = async (ctx, tx, { projectId, eventSource }) => {
    const [project] = await tx.$queryRaw<{ revision: bigint }[]>`/* prepared */
      SELECT config_revision AS revision FROM project WHERE id = ${projectId} AND deleted_at IS NULL`;
    const source = getEventSource(eventSource);
    if (!project || !source) return emptyActiveTriggerSet;
    const { revision } = project;
    const key = `${projectId}\n${eventSource}`;
    const before = entries.get(key);
    if (before && before.set.revision >= revision) return before.set;
    const changed = before ? await changedSince(tx, projectId, before.set.revision) : null;
    if (!changed) {
      const { set } = await loadAfresh(ctx, tx, { projectId, source, revision });
      return set.revision >= revision ? set : load(ctx, tx, { projectId, eventSource });
    }
    const triggers = changed.length === 0 ? [] : await readTriggers(ctx, tx, { projectId, source, ids: changed });
    const current = entries.get(key);
    if (current && current.set.revision >= revision) return current.set;
    // The full cache may have dropped these triggers while the changes were read.
    if (!current) return load(ctx, tx, { projectId, eventSource });
    return keep(key, moveOn(current, { changed, triggers, revision })).set;
  };
  return {
    load,
    async warm(ctx, projectId, eventSource) {
      if (!entries.has(`${projectId}\n${eventSource}`))
        await ctx.db.$transaction((tx) => load(ctx, tx, { projectId, eventSource }));
    },
  };
}

/**
 * A set without triggers. Deleted projects and unknown event sources have it, and a new cache entry begins with it. The
 * plan of a backfill has it too, because a backfill asks its one trigger directly and looks up no others.
 */
export const emptyActiveTriggerSet: ActiveTriggerSet = {
  revision: 0n,
  byId: new Map(),
  broken: [],
  shadowed: [],
  hasRegexes: false,
  match: () => [],
};

const emptyEntry = (source: EventSource): Entry => ({
  set: emptyActiveTriggerSet,
  index: { matcher: createTriggerMatcher(source), revision: 0n },
});

/**
 * Loads a project's active triggers of one event source and builds their index. A thousand triggers take about 0.25 s,
 * and other work runs in between.
 */
async function loadAll(
  ctx: Secrets,
  tx: DatabaseOrTransaction,
  { projectId, source, revision }: { projectId: string; source: EventSource; revision: bigint },
): Promise<Entry> {
  const byId = new Map<string, CachedTrigger>();
  const { index } = emptyEntry(source);
  const breathe = makePauseBetweenSlices();
  for (const ids of pagesOf(await sizesOf(tx, projectId, source))) {
    for (const trigger of await readTriggers(ctx, tx, { projectId, source, ids })) {
      byId.set(trigger.id, trigger);
      if (trigger.filter) index.matcher.set(trigger.id, trigger.filter.tree, storedFilterCheckOptions);
      await breathe();
    }
  }
  index.revision = revision;
  return { set: toSet(revision, byId, index), index };
}

const sizesOf = (
  tx: DatabaseOrTransaction,
  projectId: string,
  source: EventSource,
): Promise<{ id: string; bytes: number }[]> =>
  tx.$queryRaw`
    SELECT id, pg_column_size(filter) AS bytes FROM trigger_configuration
    WHERE project_id = ${projectId} AND event_source = ${source.name} AND status = 'ACTIVE' AND deleted_at IS NULL
      ORDER BY id COLLATE "C"`;

function* pagesOf(sizes: readonly { id: string; bytes: number }[]): Generator<string[]> {
  let ids: string[] = [];
  let bytes = 0;
  for (const size of sizes) {
    if (ids.length >= PAGE_ROWS_MAX || (ids.length > 0 && bytes + size.bytes > PAGE_BYTES_MAX)) {
      yield ids;
      [ids, bytes] = [[], 0];
    }
    ids.push(size.id);
    bytes += size.bytes;
  }
  if (ids.length > 0) yield ids;
}

/**
 * Brings cached triggers to a newer revision. It replaces only the changed triggers, and changes the index in place.
 */
function moveOn(
  { set, index }: Entry,
  { changed, triggers, revision }: { changed: readonly string[]; triggers: readonly CachedTrigger[]; revision: bigint },
): Entry {
  const byId = new Map(set.byId);
  const now = new Map(triggers.map((trigger) => [trigger.id, trigger]));
  for (const id of changed) {
    byId.delete(id);
    if (!now.get(id)?.filter) index.matcher.remove(id);
  }
  for (const trigger of triggers) {
    byId.set(trigger.id, trigger);
    if (trigger.filter) index.matcher.set(trigger.id, trigger.filter.tree, storedFilterCheckOptions);
  }
  index.revision = revision;
  return { set: toSet(revision, byId, index), index };
}

function toSet(revision: bigint, byId: ReadonlyMap<string, CachedTrigger>, index: Index): ActiveTriggerSet {
  return {
    revision,
    byId,
    broken: [...byId.values()].filter((trigger) => trigger.filter === null),
    shadowed: [...byId.values()].filter(({ shadow }) => shadow !== null).sort(compareTriggerIds),
    hasRegexes: [...byId.values()].some(({ filter, shadow }) => hasRegexes(filter) || hasRegexes(shadow?.filter)),
    match: (payload, lookup) => {
      // If the index has moved to a newer revision, the triggers of this older set are evaluated one by one.
      if (index.revision !== revision)
        return [...byId.values()]
          .filter((trigger) => trigger.filter?.compiled.evaluate(payload, lookup).matched)
          .sort(compareTriggerIds);
      return index.matcher
        .match(payload, lookup)
        .map((id) => byId.get(id)!)
        .sort(compareTriggerIds);
    },
  };
}

const hasRegexes = (filter: CachedTrigger["filter"] | undefined): boolean =>
  filter != null && filter.compiled.regexes.length > 0;

export const compareTriggerIds = (left: CachedTrigger, right: CachedTrigger): number => (left.id < right.id ? -1 : 1);

/** Reads the ids of triggers that changed after a revision. Null if more than 100 have changed. */
async function changedSince(tx: DatabaseOrTransaction, projectId: string, revision: bigint): Promise<string[] | null> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT trigger_id AS id FROM trigger_change WHERE project_id = ${projectId} AND revision > ${revision}
      LIMIT ${CHANGED_MAX + 1}`;
  return rows.length > CHANGED_MAX ? null : rows.map(({ id }) => id);
}

/** Reads those triggers with these ids that are on, and compiles their filters. Other work runs in between. */
async function readTriggers(
  ctx: Secrets,
  tx: DatabaseOrTransaction,
  { projectId, source: { name: eventSource }, ids }: { projectId: string; source: EventSource; ids: readonly string[] },
): Promise<CachedTrigger[]> {
  const rows = await tx.triggerConfiguration.findMany({
    where: { projectId, eventSource, status: "ACTIVE", deletedAt: null, id: { in: [...ids] } },
    select: cachedTriggerSelect,
    orderBy: { id: "asc" },
  });
  const hashFilter = await loadFilterHasher(ctx, tx, projectId);
  const triggers: CachedTrigger[] = [];
  const breathe = makePauseBetweenSlices();
  for (const row of rows) {
    triggers.push(toCachedTrigger(eventSource, row, hashFilter));
    await breathe();
  }
  return triggers;
}
