import { readPersonIdOfActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";

/** Allows `max` uses in a window of time. The window begins with the first use and lasts `windowMs`. */
export type UsageLimit = { key: string; max: number; windowMs: number };
export type UsageCountWithRetryTime = { count: number; retryAfterSeconds: number };

/**
 * Counts one use of a limit, over all processes. Returns the number of uses in the current window, this one included,
 * and the seconds until the window ends.
 */
export async function countUsage(
  ctx: Pick<ServiceContext, "db" | "now">,
  { key, windowMs }: Pick<UsageLimit, "key" | "windowMs">,
): Promise<UsageCountWithRetryTime> {
  const now = ctx.now();
  const end = new Date(now.getTime() + windowMs);
  const [row] = await ctx.db.$queryRaw<{ count: number; expires_at: Date }[]>`
    INSERT INTO rate_limit AS r (key, count, expires_at) VALUES (${key}, 1, ${end}::timestamptz)
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN r.expires_at <= ${now}::timestamptz THEN 1 ELSE r.count + 1 END,
      expires_at = CASE WHEN r.expires_at <= ${now}::timestamptz THEN ${end}::timestamptz ELSE r.expires_at END
    RETURNING count, expires_at`;
  const { count, expires_at } = row!;
  return { count, retryAfterSeconds: Math.max(1, Math.ceil((expires_at.getTime() - now.getTime()) / 1_000)) };
}

/**
 * Counts one use of a limit, over all processes, and throws if the limit is exceeded.
 * @throws AppError TOO_MANY_REQUESTS with the seconds until the window ends
 */
export async function takeUsageFromLimit(ctx: Pick<ServiceContext, "db" | "now">, limit: UsageLimit): Promise<void> {
  const { count, retryAfterSeconds } = await countUsage(ctx, limit);
  if (count <= limit.max) return;
  throw new AppError("TOO_MANY_REQUESTS", "Too many attempts. Wait a few minutes and try again.", {
    retryAfterSeconds,
  });
}

/** Subtracts one use from the count of a limit, because the attempt shall not count. */
export async function returnUsage(ctx: Pick<ServiceContext, "db">, key: string): Promise<void> {
  await ctx.db.rateLimit.updateMany({ where: { key, count: { gt: 0 } }, data: { count: { decrement: 1 } } });
}

/** Sets the count of a limit back to zero. */
export async function clearUsages(ctx: Pick<ServiceContext, "db">, key: string): Promise<void> {
  await ctx.db.rateLimit.deleteMany({ where: { key } });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Limits for each person over all projects together, so that a person cannot get around a limit by a new project. */
const personLimits = {
  test: { max: 10, windowMs: MINUTE_MS, what: "tests a minute" },
  preview: { max: 120, windowMs: MINUTE_MS, what: "previews of a template a minute" },
  /** Checking a URL asks DNS for its host. The limit stops a person who tries out internal host names. */
  urlCheck: { max: 60, windowMs: MINUTE_MS, what: "checks of an address a minute" },
  triggerSave: { max: 3_000, windowMs: MINUTE_MS, what: "saves of triggers a minute" },
  project: { max: 60, windowMs: HOUR_MS, what: "new projects an hour" },
  invitation: { max: 100, windowMs: HOUR_MS, what: "invitations an hour" },
  passwordLink: { max: 30, windowMs: HOUR_MS, what: "links for new passwords an hour" },
  eventKey: { max: 300, windowMs: HOUR_MS, what: "new event keys an hour" },
  token: { max: 100, windowMs: HOUR_MS, what: "new API tokens an hour" },
  resend: { max: 600, windowMs: MINUTE_MS, what: "resends a minute" },
  job: { max: 120, windowMs: HOUR_MS, what: "backfills and bulk resends an hour" },
} satisfies Record<string, Omit<UsageLimit, "key"> & { what: string }>;
export type PersonLimitName = keyof typeof personLimits;

/** Describes a wait as `40 s`, and from two minutes on in whole minutes. The longest window of a limit is an hour. */
const describeWait = (seconds: number): string => (seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`);

/**
 * Counts one use of a person's limit and throws if the limit is exceeded. The system itself has no limits.
 * @throws AppError TOO_MANY_REQUESTS; with a message that names the limit
 */
export async function takeUsageFromPersonLimit(ctx: ServiceContext, kind: PersonLimitName): Promise<void> {
  const personId = readPersonIdOfActor(ctx.actor);
  if (personId === null) return;
  const { max, windowMs, what } = personLimits[kind];
  const { count, retryAfterSeconds } = await countUsage(ctx, { key: `${kind}:${personId}`, windowMs });
  if (count <= max) return;
  throw new AppError(
    "TOO_MANY_REQUESTS",
    `You may make at most ${max} ${what}, in all projects together. Try again in ${describeWait(retryAfterSeconds)}.`,
    { retryAfterSeconds },
  );
}
