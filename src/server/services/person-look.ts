import { setTimeout as pause } from "node:timers/promises";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";

/** What looks at many states for one person who waits. */
export type LookKind = "preview" | "count" | "explain";

/** A lease outlives its process by so much at the most. */
const LEASE_MS = 10_000;
/** So late another process learns that a newer one has replaced it. */
const RENEW_MS = 1_000;
const POLL_MS = 50;
const WAIT_MAX_MS = 20_000;

/** Looks of this process by person, so that a newer one ends an older one at once. */
const running = new Map<string, Set<{ kind: LookKind; stop: AbortController }>>();

/**
 * Runs one look of a person at a time, over all processes. A newer preview ends an older one, and a newer count an older
 * one, as they answer the same form. All others wait. The system may run as many as it likes.
 * @param signal aborted when the person has left
 * @param run ends soon after the signal that it is given is aborted
 * @throws AppError CONFLICT where a newer one took its place, or the person has left; TOO_MANY_REQUESTS after 20 s of waiting
 */
export async function asOnlyLook<T>(
  ctx: ProjectContext,
  kind: LookKind,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = signal ?? new AbortController().signal;
  if (ctx.actor.type !== "user") return run(left);
  const { userId } = ctx.actor;
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
    if (own.stop.signal.aborted)
      throw new AppError("CONFLICT", `A newer ${words[kind]} of yours took the place of this one.`, { cause: error });
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

const words: Record<LookKind, string> = { preview: "preview", count: "count", explain: "explanation" };

/** Several tabs may each show an explanation; a preview or a count belongs to what the form holds now. */
const replacesOlder: Record<LookKind, boolean> = { preview: true, count: true, explain: false };

type Lease = { userId: string; kind: LookKind; token: string };

/** Waits until no look runs that it does not replace. */
async function take(ctx: ProjectContext, { userId, kind, token }: Lease, ended: AbortSignal): Promise<void> {
  for (const deadline = performance.now() + WAIT_MAX_MS; performance.now() < deadline;) {
    ended.throwIfAborted();
    const rows = await ctx.db.$queryRaw<unknown[]>`
      INSERT INTO person_look AS l (user_id, kind, token, expires_at)
      VALUES (${userId}, ${kind}, ${token}, now() + make_interval(secs => ${LEASE_MS / 1_000}))
      ON CONFLICT (user_id) DO UPDATE SET kind = EXCLUDED.kind, token = EXCLUDED.token, expires_at = EXCLUDED.expires_at
      WHERE (${replacesOlder[kind]}::boolean AND l.kind = EXCLUDED.kind) OR l.expires_at < now()
      RETURNING 1`;
    if (rows.length > 0) return;
    await pause(POLL_MS);
  }
  throw new AppError(
    "TOO_MANY_REQUESTS",
    "Another preview, count or explanation of yours still runs. Try again soon.",
    {
      retryAfterSeconds: 5,
    },
  );
}

/** False where another one has its place. */
async function renew(ctx: ProjectContext, { userId, token }: Omit<Lease, "kind">): Promise<boolean> {
  const count = await ctx.db.$executeRaw`
    UPDATE person_look SET expires_at = now() + make_interval(secs => ${LEASE_MS / 1_000}) WHERE user_id = ${userId} AND token = ${token}`;
  return count > 0;
}
