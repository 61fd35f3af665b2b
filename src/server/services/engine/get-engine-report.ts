import type { ServiceContext } from "@/server/context";
import { hasMetricsToken } from "@/server/metrics/may-read-metrics";
import { countAbandonedExecutions, type AbandonedCounts } from "../deliveries/count-abandoned-executions";
import { getEngineOverview } from "./get-engine-overview";

/** The report of the engine. It holds numbers only: no names of projects, and no events. Ages are in seconds. */
export type EngineReport =
  | { engine: "inngest"; dashboardUrl: string; leftBehind: AbandonedCounts }
  | {
      engine: "embedded";
      leftBehind: AbandonedCounts;
      state: string;
      message: string | null;
      /** the number of events and calls that waited when the engine last looked */
      backlog: number | null;
      functions: {
        id: string;
        queued: number;
        running: number;
        sleeping: number;
        waitingEvents: number;
        /** the number of failed runs among the runs that are kept, which is one day */
        failed: number;
        endedPerMinute: number;
        oldestWaitingSeconds: number | null;
      }[];
    };

/** Makes the report. Null if the token is wrong, or if no token is configured. */
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
