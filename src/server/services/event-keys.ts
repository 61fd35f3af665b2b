import { personIdOf } from "@/domain/actor";
import { randomToken, sha256 } from "@/server/crypto";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Database } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "./access";
import { requireRoom } from "./project-limits";
import { audit } from "./audit";
import { afterCursor, toPage, type Page, type PageInput } from "./keyset";

export type EventKeySummary = {
  id: string;
  name: string;
  last4: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};
export type EventKeyOwner = {
  projectId: string;
  keyId: string;
  /** the event endpoint leaves out spans that call no model */
  llmSpansOnly?: boolean;
};

/** Makes an event key for an application: `tsk_` and 43 characters. */
export const newEventKey = (): string => `tsk_${randomToken()}`;

/** Makes the columns of an event key's row. The row does not hold the key itself. */
export const eventKeyRow = (input: {
  projectId: string;
  name: string;
  key: string;
  createdById: string | null;
  now: Date;
}) => ({
  id: newId("key"),
  projectId: input.projectId,
  name: input.name,
  hash: sha256(input.key),
  last4: input.key.slice(-4),
  createdById: input.createdById,
  createdAt: input.now,
});

/** Makes an event key. Only this answer ever shows it. */
export async function createEventKey(
  ctx: ProjectContext,
  input: { name: string },
): Promise<{ id: string; key: string }> {
  requirePermission(ctx, "eventKey:manage");
  const key = newEventKey();
  const createdById = personIdOf(ctx.actor);
  const data = eventKeyRow({ projectId: ctx.projectId, name: input.name, key, createdById, now: ctx.now() });
  await ctx.db.$transaction(async (tx) => {
    await requireRoom(ctx, tx, "eventKeys");
    await tx.eventKey.create({ data });
    await audit(ctx, tx, {
      action: "eventKey.create",
      targetId: data.id,
      summary: `Created the event key “${data.name}” (…${data.last4})`,
    });
  });
  return { id: data.id, key };
}

/** Returns a page of the project's event keys, newest first, including revoked ones. */
export async function pageEventKeys(ctx: ProjectContext, input: PageInput): Promise<Page<EventKeySummary>> {
  requirePermission(ctx, "eventKey:manage");
  const rows = await ctx.db.eventKey.findMany({
    where: { projectId: ctx.projectId, ...afterCursor(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: { id: true, name: true, last4: true, createdAt: true, lastUsedAt: true, revokedAt: true },
  });
  return toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
}

/** Revokes an event key. Its requests get 401 at once, and in other processes within a second. */
export async function revokeEventKey(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "eventKey:manage");
  const key = await ctx.db.eventKey.findFirst({
    where: { id: input.id, projectId: ctx.projectId },
    select: { name: true, last4: true, hash: true },
  });
  if (!key) throw notFound("event key");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.eventKey.updateMany({
      where: { id: input.id, projectId: ctx.projectId, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count === 0) return;
    await audit(ctx, tx, {
      action: "eventKey.revoke",
      targetId: input.id,
      summary: `Revoked the event key “${key.name}” (…${key.last4})`,
    });
  });
  forgetEventKey(ctx.db, key.hash);
}

/**
 * The time within which a revoked key can be brought back, ms. It is long enough to notice that the wrong key was
 * revoked.
 */
const RESTORE_WITHIN_MS = 10 * 60_000;

/**
 * Brings back an event key that was revoked in the last 10 minutes. A key in use stays as it is.
 * @throws AppError NOT_FOUND; CONFLICT if the key was revoked longer ago
 */
export async function restoreEventKey(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "eventKey:manage");
  const key = await ctx.db.eventKey.findFirst({
    where: { id: input.id, projectId: ctx.projectId },
    select: { name: true, last4: true, hash: true, revokedAt: true },
  });
  if (!key) throw notFound("event key");
  if (key.revokedAt === null) return;
  if (ctx.now().getTime() - key.revokedAt.getTime() > RESTORE_WITHIN_MS)
    throw new AppError("CONFLICT", "This key was revoked more than 10 minutes ago. Create a new key.");
  await ctx.db.$transaction(async (tx) => {
    await tx.eventKey.updateMany({ where: { id: input.id, projectId: ctx.projectId }, data: { revokedAt: null } });
    await audit(ctx, tx, {
      action: "eventKey.restore",
      targetId: input.id,
      summary: `Brought back the event key “${key.name}” (…${key.last4})`,
    });
  });
  forgetEventKey(ctx.db, key.hash);
}

/** Drops an event key from this process's cache. */
export const forgetEventKey = (db: Database, hash: string): void => void cacheOf(db).delete(hash);

const CACHE_MS = 1_000;
const CACHE_MAX = 5_000;
const TOUCH_MS = 60_000;

type Cached = { at: number; owner: Promise<EventKeyOwner | null> };
const caches = new WeakMap<Database, Map<string, Cached>>();

function cacheOf(db: Database): Map<string, Cached> {
  const cache = caches.get(db) ?? new Map<string, Cached>();
  caches.set(db, cache);
  return cache;
}

/**
 * Returns the project of an event key, or null. The answer may be a second old. A key's last use is written once a
 * minute.
 */
export async function authenticateEventKey(ctx: ServiceContext, key: string): Promise<EventKeyOwner | null> {
  if (key.length > 200) return null;
  const hash = sha256(key);
  const now = ctx.now().getTime();
  const cache = cacheOf(ctx.db);
  const cached = cache.get(hash);
  if (cached && now - cached.at < CACHE_MS) return cached.owner;
  const owner = lookUp(ctx, hash);
  cache.delete(hash);
  if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value!);
  cache.set(hash, { at: now, owner });
  // A failed look-up is not cached, so the next request asks the database again.
  owner.catch(() => cache.delete(hash));
  return owner;
}

/** Returns the project that an event key belongs to. @throws AppError NOT_FOUND */
export async function projectOfEventKey(
  ctx: ServiceContext,
  { projectId }: EventKeyOwner,
): Promise<{ id: string; name: string }> {
  const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { id: true, name: true } });
  if (!project) throw notFound("project");
  return project;
}

async function lookUp(ctx: ServiceContext, hash: string): Promise<EventKeyOwner | null> {
  const row = await ctx.db.eventKey.findFirst({
    where: { hash, revokedAt: null, project: { deletedAt: null } },
    select: { id: true, projectId: true, lastUsedAt: true, llmSpansOnly: true },
  });
  if (!row) return null;
  const now = ctx.now();
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() >= TOUCH_MS) {
    // If this write fails, events are still accepted. The engine itself finds out whether the database accepts writes.
    await ctx.db.eventKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } }).catch((error: unknown) => {
      ctx.log.warn({ err: error, keyId: row.id }, "the last use of an event key could not be written down");
    });
  }
  return { projectId: row.projectId, keyId: row.id, llmSpansOnly: row.llmSpansOnly };
}
