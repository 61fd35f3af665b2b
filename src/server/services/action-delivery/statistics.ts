import { addLatency, emptyHistogram, errorKindOf, wasSent, type ErrorKind } from "@/domain/delivery-statistics";
import { Prisma } from "@/generated/prisma/client";
import type { Queryable } from "@/server/db/client";

export type FinishedAttempt = { succeeded: boolean; errorCode: string | null; durationMs: number };

const columnOf: Record<ErrorKind, string> = {
  dns: "dns",
  refused: "refused",
  reset: "reset",
  tls: "tls",
  timeout: "timeout",
  "4xx": "status_4xx",
  "5xx": "status_5xx",
  blocked: "blocked",
  other: "other",
};
const kinds = Object.keys(columnOf) as ErrorKind[];
const columns = Prisma.raw(kinds.map((kind) => columnOf[kind]).join(", "));
const sums = Prisma.raw(
  kinds.map((kind) => `${columnOf[kind]} = h.${columnOf[kind]} + excluded.${columnOf[kind]}`).join(", "),
);

/** Adds attempts that have ended in this hour to what is known of their action. A busy resolver is no fault of it. */
export async function addStatistics(
  tx: Queryable,
  { projectId, actionId }: { projectId: string; actionId: string },
  finished: readonly FinishedAttempt[],
  now: Date,
): Promise<void> {
  const attempts = finished.filter(({ errorCode }) => errorCode !== "resolver_busy");
  if (attempts.length === 0) return;
  const latency = emptyHistogram();
  const errors = new Map<ErrorKind, number>();
  for (const { succeeded, errorCode, durationMs } of attempts) {
    if (wasSent(errorCode)) addLatency(latency, durationMs);
    if (!succeeded) errors.set(errorKindOf(errorCode), (errors.get(errorKindOf(errorCode)) ?? 0) + 1);
  }
  const succeeded = attempts.filter((attempt) => attempt.succeeded).length;
  const counts = Prisma.join(kinds.map((kind) => Prisma.sql`${errors.get(kind) ?? 0}::int`));
  await tx.$executeRaw`
    INSERT INTO action_hour AS h (action_id, hour, project_id, attempts, succeeded, ${columns}, latency)
    VALUES (${actionId}, date_trunc('hour', ${now}::timestamptz, 'UTC'), ${projectId}, ${attempts.length}, ${succeeded}, ${counts}, ${latency}::int[])
    ON CONFLICT (action_id, hour) DO UPDATE SET attempts = h.attempts + excluded.attempts, succeeded = h.succeeded + excluded.succeeded, ${sums},
      latency = (SELECT array_agg(coalesce(u.old, 0) + coalesce(u.new, 0) ORDER BY u.n) FROM unnest(h.latency, excluded.latency) WITH ORDINALITY AS u(old, new, n))`;
}
