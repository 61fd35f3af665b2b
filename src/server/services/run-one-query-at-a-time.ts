import { setTimeout as pause } from "node:timers/promises";
import { personIdOf } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";

/** The kinds of looks. A look reads many states while a person waits for its result. */
export type InteractiveQueryKind = "preview" | "count" | "explain";

/** The lease of a look, ms. The lease of a dead process ends after this time. */
const LEASE_MS = 10_000;
/** How often a look renews its lease, ms. It then learns whether another process has replaced it. */
const RENEW_MS = 1_000;
/** The first pause of a waiting look before it asks for its place, ms. Each further pause is twice as long. */
const POLL_MS = 50;
const POLL_MAX_MS = 800;
/**
 * The delay before a replaced look is refused, ms. Nobody waits for it, and a caller that repeats at once is slowed
 * down.
 */
const REPLACED_MS = 1_000;
const WAIT_MAX_MS = 20_000;

/** The looks of this process, by person. A newer look ends an older look of this process at once. */
const running = new Map<string, Set<{ kind: InteractiveQueryKind; stop: AbortController }>>();

/**
 * Runs one look of a person at a time, over all processes. A newer preview ends an older preview, and a newer count
 * ends an older count, because they belong to the same form. Every other look waits. The system may run any number of
 * looks.
 * @param signal aborts when the person has left
 * @param run ends soon after its own signal aborts
 * @throws AppError CONFLICT if a newer look took its place or the person has left; TOO_MANY_REQUESTS after 20 s of
 * waiting
 */
export async function runOneQueryAtATime<T>(
  ctx: ProjectContext,
  { kind, signal }: { kind: InteractiveQueryKind; signal?: AbortSignal | undefined },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = signal ?? new AbortController().signal;
  const userId = personIdOf(ctx.actor);
  if (userId === null) return run(left);
  const own = { kind, stop: new AbortController() };
  const others = running.get(userId) ?? new Set();
  if (replacesOlder[kind]) for (const other of others) if (other.kind === kind) other.stop.abort();
  running.set(userId, others.add(own));
  const ended = AbortSignal.any([left, own.stop.signal]);
  const token = newId("lse");
  let timer: NodeJS.Timeout | undefined;
  try {
    await take(ctx, { userId, kind, token }, ended);
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
 * Whether a look ends an older look of its kind. Several tabs may each show an explanation, but a preview or a count
 * belongs to the form's current content.
 */
const replacesOlder: Record<InteractiveQueryKind, boolean> = { preview: true, count: true, explain: false };

type Lease = { userId: string; kind: InteractiveQueryKind; token: string };

/** Waits until no other look runs, except one that this look replaces. */
async function take(ctx: ProjectContext, { userId, kind, token }: Lease, ended: AbortSignal): Promise<void> {
  const deadline = performance.now() + WAIT_MAX_MS;
  for (let pauseMs = POLL_MS; performance.now() < deadline; pauseMs = Math.min(2 * pauseMs, POLL_MAX_MS)) {
    ended.throwIfAborted();
    const rows = await ctx.db.$queryRaw<unknown[]>`
      INSERT INTO person_look AS l (user_id, kind, token, expires_at)
      VALUES (${userId}, ${kind}, ${token}, now() + make_interval(secs => ${LEASE_MS / 1_000}))
      ON CONFLICT (user_id) DO UPDATE SET kind = EXCLUDED.kind, token = EXCLUDED.token, expires_at = EXCLUDED.expires_at
      WHERE (${replacesOlder[kind]}::boolean AND l.kind = EXCLUDED.kind) OR l.expires_at < now()
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

/** Renews the lease of a look. Returns false if another look has taken its place. */
async function renew(ctx: ProjectContext, { userId, token }: Omit<Lease, "kind">): Promise<boolean> {
  const count = await ctx.db.$executeRaw`
    UPDATE person_look SET expires_at = now() + make_interval(secs => ${LEASE_MS / 1_000})
      WHERE user_id = ${userId} AND token = ${token}`;
  return count > 0;
}
