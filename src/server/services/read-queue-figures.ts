import type { ServiceContext } from "@/server/context";
import { findOldestDueTime } from "./deliveries/find-oldest-due-time";

/** Waiting executions are counted up to this number, so that a large backlog does not slow the count down. */
const COUNTED_MAX = 100_000;

/** Figures about waiting executions and circuit breakers of the whole installation, for metrics. */
export type QueueFigures = {
  /**
   * `due`: executions whose due time has passed; `waiting`: executions that are due later; both together up to 100,000
   */
  due: number;
  waiting: number;
  /** for how many seconds the oldest due execution has waited, among actions that may deliver; 0 if none is due */
  oldestDueSeconds: number;
  breakers: { closed: number; open: number; probing: number };
};

export async function readQueueFigures(ctx: ServiceContext): Promise<QueueFigures> {
  const now = ctx.now();
  const [[counts], [breakers], oldest] = await Promise.all([
    ctx.db.$queryRaw<{ due: number; waiting: number }[]>`
      SELECT count(*) FILTER (WHERE due_at <= ${now})::int AS due,
        count(*) FILTER (WHERE due_at > ${now})::int AS waiting
      FROM (SELECT due_at FROM action_execution WHERE status = 'PENDING' LIMIT ${COUNTED_MAX}) AS pending`,
    ctx.db.$queryRaw<QueueFigures["breakers"][]>`
      SELECT count(*) FILTER (WHERE h.open_until IS NULL AND h.probe_until IS NULL)::int AS closed,
        count(*) FILTER (WHERE h.open_until > ${now} AND h.probe_until IS NULL)::int AS open,
        count(*) FILTER (WHERE h.probe_until IS NOT NULL OR h.open_until <= ${now})::int AS probing
      FROM action_health h JOIN action_configuration a ON a.id = h.action_id WHERE a.deleted_at IS NULL`,
    findOldestDueTime(ctx),
  ]);
  const oldestDueSeconds = oldest ? Math.max(0, (now.getTime() - oldest.dueAt.getTime()) / 1_000) : 0;
  return { ...counts!, oldestDueSeconds, breakers: breakers! };
}
