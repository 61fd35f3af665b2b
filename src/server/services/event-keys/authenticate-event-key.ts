import type { ServiceContext } from "@/server/context";
import { sha256 } from "@/server/crypto";
import type { Database } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";

export type AuthenticatedEventKey = {
  projectId: string;
  keyId: string;
  /** whether the event endpoint leaves out spans that call no model */
  llmSpansOnly?: boolean;
};

/** Drops an event key from this process's cache. */
export const dropCachedEventKey = (db: Database, hash: string): void => void cacheOf(db).delete(hash);

const CACHE_MS = 1_000;
const CACHE_MAX = 5_000;
const TOUCH_MS = 60_000;

type Found = { owner: AuthenticatedEventKey; isProjectDeleted: boolean };
type Cached = { at: number; found: Promise<Found | null> };
const caches = new WeakMap<Database, Map<string, Cached>>();

function cacheOf(db: Database): Map<string, Cached> {
  const cache = caches.get(db) ?? new Map<string, Cached>();
  caches.set(db, cache);
  return cache;
}

/**
 * Finds the project to which an event key belongs. Null for an unknown or revoked key. The answer is cached for a
 * second. The time of the key's last use is stored at most once a minute.
 * @throws AppError FORBIDDEN if the project was deleted
 */
export async function authenticateEventKey(ctx: ServiceContext, key: string): Promise<AuthenticatedEventKey | null> {
  if (key.length > 200) return null;
  const hash = sha256(key);
  const now = ctx.now().getTime();
  const cache = cacheOf(ctx.db);
  const cached = cache.get(hash);
  if (cached && now - cached.at < CACHE_MS) return ownerOf(await cached.found);
  const found = lookUp(ctx, hash);
  cache.delete(hash);
  if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value!);
  cache.set(hash, { at: now, found });
  // A failed look-up is not cached, so the next request asks the database again.
  found.catch(() => cache.delete(hash));
  return ownerOf(await found);
}

function ownerOf(found: Found | null): AuthenticatedEventKey | null {
  if (found?.isProjectDeleted)
    throw new AppError("FORBIDDEN", "The project of this event key was deleted. Use an event key of another project.");
  return found && found.owner;
}

/**
 * Returns the id and name of the project to which an event key belongs.
 * @throws AppError NOT_FOUND
 */
export async function loadProjectOfEventKey(
  ctx: ServiceContext,
  { projectId }: AuthenticatedEventKey,
): Promise<{ id: string; name: string }> {
  const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { id: true, name: true } });
  if (!project) throw makeNotFoundError("project");
  return project;
}

type KeyRow = {
  id: string;
  projectId: string;
  lastUsedAt: Date | null;
  llmSpansOnly: boolean;
  isProjectDeleted: boolean;
};

async function lookUp(ctx: ServiceContext, hash: string): Promise<Found | null> {
  const [row] = await ctx.db.$queryRaw<KeyRow[]>`/* prepared */
    SELECT k.id, k.project_id AS "projectId", k.last_used_at AS "lastUsedAt", k.llm_spans_only AS "llmSpansOnly",
      p.deleted_at IS NOT NULL AS "isProjectDeleted"
      FROM event_key k JOIN project p ON p.id = k.project_id
    WHERE k.hash = ${hash} AND k.revoked_at IS NULL`;
  if (!row) return null;
  const owner = { projectId: row.projectId, keyId: row.id, llmSpansOnly: row.llmSpansOnly };
  if (row.isProjectDeleted) return { owner, isProjectDeleted: true };
  const now = ctx.now();
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() >= TOUCH_MS) {
    // If this write fails, the event is accepted nevertheless, because the last use is only for information.
    await ctx.db.eventKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } }).catch((error: unknown) => {
      ctx.log.warn({ err: error, keyId: row.id }, "the last use of an event key could not be written down");
    });
  }
  return { owner, isProjectDeleted: false };
}
