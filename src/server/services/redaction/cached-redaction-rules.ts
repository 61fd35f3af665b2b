import { RedactionRules } from "@/domain/redaction/rules";
import type { ServiceContext } from "@/server/context";
import type { Database, DatabaseOrTransaction } from "@/server/db/client";
import type { RedactionRulesWithSalt } from "./cached-redactor";

type Reader = Pick<ServiceContext, "cipher">;

/** Reads a project's redaction rules and its salt as a transaction sees them. Null if the project has no rules. */
export async function readRedactionRules(
  ctx: Reader,
  tx: DatabaseOrTransaction,
  projectId: string,
): Promise<RedactionRulesWithSalt | null> {
  const row = await tx.redaction.findUnique({ where: { projectId } });
  if (!row) return null;
  // Unreadable rules throw, so that events wait. Without the rules, secret values would be stored.
  const rules = RedactionRules.parse(row.rules);
  return rules.length === 0
    ? null
    : { projectId, version: row.version, rules, salt: ctx.cipher.decrypt(row.saltCiphertext) };
}

const CACHE_MS = 1_000;
const CACHE_MAX = 5_000;

type Cached = { at: number; setup: Promise<RedactionRulesWithSalt | null> };
const caches = new WeakMap<Database, Map<string, Cached>>();

/**
 * Returns a project's redaction rules, cached for a second. Null if the project has no rules.
 * @throws if the database does not answer or the rules are unreadable, because an event must not be stored without them
 */
export async function getCachedRedactionRules(
  ctx: Pick<ServiceContext, "db" | "cipher" | "now">,
  projectId: string,
): Promise<RedactionRulesWithSalt | null> {
  const cache = caches.get(ctx.db) ?? new Map<string, Cached>();
  caches.set(ctx.db, cache);
  const now = ctx.now().getTime();
  const cached = cache.get(projectId);
  if (cached && now - cached.at < CACHE_MS) return cached.setup;
  const setup = readRedactionRules(ctx, ctx.db, projectId);
  cache.delete(projectId);
  if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value!);
  cache.set(projectId, { at: now, setup });
  setup.catch(() => cache.delete(projectId));
  return setup;
}

/** Removes a project's redaction rules from the cache of this process. */
export const dropCachedRedactionRules = (db: Database, projectId: string): void =>
  void caches.get(db)?.delete(projectId);
