import { setTimeout as pause } from "node:timers/promises";
import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";

/** The kinds of interactive queries. Such a query reads many stored states while a person waits for its result. */
export type InteractiveQueryKind = "preview" | "count" | "explain";

/** How long a query's right to run lasts without renewal, ms. The right of a dead process ends by itself. */
const LEASE_MS = 10_000;
/**
 * How often a running query renews its right to run, ms. By that it learns whether a newer query of another process has
 * replaced it.
 */
const RENEW_MS = 1_000;
/** A waiting query first asks again after this time, ms. Each further pause is twice as long, up to POLL_MAX_MS. */
const POLL_MS = 50;
const POLL_MAX_MS = 800;
/** A replaced query throws after this delay, ms. The delay slows down a caller that repeats its query in a loop. */
const REPLACED_MS = 1_000;
const WAIT_MAX_MS = 20_000;

/**
 * The running and waiting queries of this process, by person. A newer query can end an older one of the same process at
 * once.
 */
const running = new Map<string, Set<RunningQuery>>();

type RunningQuery = {
  kind: InteractiveQueryKind;
  /** whether the query ends an older one of its kind, and a newer one of its kind ends it */
  replaces: boolean;
  stop: AbortController;
};

/**
 * Runs at most one interactive query of each person at a time, over all processes. A newer preview in the browser ends
 * the person's older preview there, and a newer count the older count. Every other query waits for its turn, also each
 * query of the person's API tokens. Queries of the system itself are not limited.
 * @param signal aborts when the person no longer waits for the result
 * @param run the query; it must end soon after the signal aborts that it gets
 * @throws AppError CONFLICT if a newer query replaced this one or the person no longer waits; TOO_MANY_REQUESTS after
 * 20 s of waiting for its turn
 */
export async function runOneQueryAtATime<T>(
  ctx: ProjectContext,
  { kind, signal }: { kind: InteractiveQueryKind; signal?: AbortSignal | undefined },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = signal ?? new AbortController().signal;
  const userId = readPersonIdOfActor(ctx.actor);
  if (userId === null) return run(left);
  const replaces = replacesOlder[kind] && ctx.actor.type === "user";
  const own = { kind, replaces, stop: new AbortController() };
  const others = running.get(userId) ?? new Set();
  if (replaces) for (const other of others) if (other.replaces && other.kind === kind) other.stop.abort();
  running.set(userId, others.add(own));
  const ended = AbortSignal.any([left, own.stop.signal]);
  const token = newId("lse");
  let timer: NodeJS.Timeout | undefined;
  try {
    await take(ctx, { userId, token, kind: ctx.actor.type === "user" ? kind : "call", replaces }, ended);
    timer = setInterval(() => {
      void renew(ctx, { userId, token }).then(
        (isOwn) => isOwn || own.stop.abort(),
        () => undefined,
      );
    }, RENEW_MS);
    const result = await run(ended);
    ended.throwIfAborted();
    return result;
  } catch (error) {
    if (own.stop.signal.aborted) {
      await pause(REPLACED_MS, undefined, { signal: left }).catch(() => undefined);
      throw new AppError("CONFLICT", `A newer ${words[kind]} of yours took the place of this one.`, { cause: error });
    }
    if (left.aborted)
      throw new AppError("CONFLICT", `This ${words[kind]} ended, as nobody waits for it.`, { cause: error });
    throw error;
  } finally {
    clearInterval(timer);
    others.delete(own);
    if (others.size === 0) running.delete(userId);
    await ctx.db.personLook.deleteMany({ where: { userId, token } }).catch((error: unknown) => {
      ctx.log.warn({ err: (error as Error).message }, "a look could not be released; its lease ends by itself");
    });
  }
}

const words: Record<InteractiveQueryKind, string> = { preview: "preview", count: "count", explain: "explanation" };

/**
 * Whether a query in the browser ends the person's older query of the same kind. A preview or a count belongs to the
 * present content of a form, so an older one is outdated. Explanations may be open in several tabs. A query of an API
 * token belongs to no form: several agents may work with one person's tokens.
 */
const replacesOlder: Record<InteractiveQueryKind, boolean> = { preview: true, count: true, explain: false };

/** `call`: a query of an API token, whatever it asks */
type Lease = { userId: string; token: string; kind: InteractiveQueryKind | "call"; replaces: boolean };

/** Waits until no other query of the person runs. A query that this one replaces does not count. */
async function take(ctx: ProjectContext, { userId, kind, token, replaces }: Lease, ended: AbortSignal): Promise<void> {
  const deadline = performance.now() + WAIT_MAX_MS;
  for (let pauseMs = POLL_MS; performance.now() < deadline; pauseMs = Math.min(2 * pauseMs, POLL_MAX_MS)) {
    ended.throwIfAborted();
    const rows = await ctx.db.$queryRaw<unknown[]>`
      INSERT INTO person_look AS l (user_id, kind, token, expires_at)
      VALUES (${userId}, ${kind}, ${token}, now() + make_interval(secs => ${LEASE_MS / 1_000}))
      ON CONFLICT (user_id) DO UPDATE SET kind = EXCLUDED.kind, token = EXCLUDED.token, expires_at = EXCLUDED.expires_at
      WHERE (${replaces}::boolean AND l.kind = EXCLUDED.kind) OR l.expires_at < now()
      RETURNING 1`;
    if (rows.length > 0) return;
    await pause(pauseMs);
  }
  throw new AppError(
    "TOO_MANY_REQUESTS",
    "Another preview, count or explanation of yours still runs. Try again soon.",
    {
      retryAfterSeconds: 5,
    },
  );
}

/** Renews a query's right to run. Returns false if another query has replaced it. */
async function renew(ctx: ProjectContext, { userId, token }: Pick<Lease, "userId" | "token">): Promise<boolean> {
  const count = await ctx.db.$executeRaw`
    UPDATE person_look SET expires_at = now() + make_interval(secs => ${LEASE_MS / 1_000})
      WHERE user_id = ${userId} AND token = ${token}`;
  return count > 0;
}
