import type { ServiceContext } from "@/server/context";
import { hasMetricsToken } from "@/server/metrics/may-read-metrics";
import { countAbandonedExecutions, type AbandonedExecutionCounts } from "../deliveries/count-abandoned-executions";
import { getEngineOverview } from "./get-engine-overview";

/** The engine's report for monitoring. It holds its state and figures, and no data of projects. Ages are in seconds. */
export type EngineReport =
  | { engine: "inngest"; dashboardUrl: string; leftBehind: AbandonedExecutionCounts }
  | {
      engine: "embedded";
      leftBehind: AbandonedExecutionCounts;
      state: string;
      message: string | null;
      /** the number of waiting events and function calls, as the engine counted them last */
      backlog: number | null;
      functions: {
        id: string;
        queued: number;
        running: number;
        sleeping: number;
        waitingEvents: number;
        /** the number of runs that failed in the last day */
        failed: number;
        endedPerMinute: number;
        oldestWaitingSeconds: number | null;
      }[];
    };

/**
 * Makes the report, for a caller with the metrics token. Null if the token is wrong or the operator has configured
 * none.
 */
export async function getEngineReport(ctx: ServiceContext, authorization: string | null): Promise<EngineReport | null> {
  if (!hasMetricsToken(ctx.env, authorization)) return null;
  const overview = await getEngineOverview(ctx);
  const leftBehind = await countAbandonedExecutions(ctx);
  if (overview.kind === "inngest") return { engine: "inngest", dashboardUrl: overview.dashboardUrl, leftBehind };
  const now = ctx.now().getTime();
  return {
    engine: "embedded",
    leftBehind,
    state: overview.state,
    message: overview.message,
    backlog: overview.backlog,
    functions: overview.functions.map((fn) => ({
      id: fn.id,
      queued: fn.ready,
      running: fn.running,
      sleeping: fn.sleeping,
      waitingEvents: fn.waitingEvents,
      failed: fn.failed,
      endedPerMinute: Math.round((fn.endedLastHour / 60) * 100) / 100,
      oldestWaitingSeconds: fn.oldestWaitingAt && Math.max(0, Math.round((now - fn.oldestWaitingAt.getTime()) / 1_000)),
    })),
  };
}
