import { chooseStoredSubjectPart, UnmatchedStorage, type UnmatchedStorageLevel } from "@/domain/unmatched-storage";
import type { ServiceContext } from "@/server/context";
import type { Database } from "@/server/db/client";

const CACHE_MS = 60_000;
const CACHE_MAX = 5_000;
const HOUR_SECONDS = 3_600;

type Cached = { at: number; part: Promise<UnmatchedStorageLevel> };
const caches = new WeakMap<Database, Map<string, Cached>>();

/** Returns how much of a subject a project stores if no trigger matched it. The answer is cached for a minute. */
export async function getCachedStoredPartOfUnmatchedSubjects(
  ctx: ServiceContext,
  projectId: string,
): Promise<UnmatchedStorageLevel> {
  const cache = caches.get(ctx.db) ?? new Map<string, Cached>();
  caches.set(ctx.db, cache);
  const now = ctx.now();
  const cached = cache.get(projectId);
  if (cached && now.getTime() - cached.at < CACHE_MS) return cached.part;
  const part = readPart(ctx, projectId, now);
  cache.delete(projectId);
  if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value!);
  cache.set(projectId, { at: now.getTime(), part });
  part.catch(() => cache.delete(projectId));
  return part;
}

/** Removes a project's answer from the cache of this process, after the project's setting has changed. */
export const dropCachedStoredPartOfUnmatchedSubjects = (db: Database, projectId: string): void =>
  void caches.get(db)?.delete(projectId);

/** Reads the project's setting. For the setting `auto`, the event rate of the last full hour decides. */
async function readPart(ctx: ServiceContext, projectId: string, now: Date): Promise<UnmatchedStorageLevel> {
  const [row] = await ctx.db.$queryRaw<{ chosen: string; events: number }[]>`
    SELECT p.unmatched_storage AS chosen, coalesce((
      SELECT sum(c.events) FROM evaluation_counter c WHERE c.project_id = p.id
        AND c.hour = date_trunc('hour', ${now}::timestamptz, 'UTC') - interval '1 hour'), 0)::float8 AS events
    FROM project p WHERE p.id = ${projectId}`;
  return row ? chooseStoredSubjectPart(UnmatchedStorage.parse(row.chosen), row.events / HOUR_SECONDS) : "full";
}
