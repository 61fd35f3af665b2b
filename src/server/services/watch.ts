import type { ServiceContext } from "@/server/context";
import { endLeases, findLostProcesses } from "./deliveries/end-leases";
import { findWaitingActions } from "./deliveries/find-waiting";
import { clearMarks, wakeActions } from "./deliveries/wake";
import { wakeLostJobs } from "./jobs/run";
import { wakeNotices } from "./notices/send";

type Look = { leasesEnded: number; actionsWoken: number };

/**
 * Looks for what nothing works on, and sends it on its way: executions of processes that died, actions whose wake was
 * lost, jobs that nobody came for, notices that are due. A look that finds nothing sends nothing.
 */
export type Watch = { look(): Promise<Look> };

/** @returns a watch that remembers which processes its last look has missed */
export function createWatch(ctx: ServiceContext): Watch {
  let missed: ReadonlySet<number> = new Set();
  return {
    async look() {
      const lost = await findLostProcesses(ctx);
      // Whoever is missing twice is dead, and not just connecting again.
      const leasesEnded = await endLeases(ctx, new Set([...lost].filter((number) => missed.has(number))));
      missed = lost;
      const waiting = await findWaitingActions(ctx);
      await clearMarks(
        ctx,
        waiting.map(({ actionId }) => actionId),
      );
      await wakeActions(ctx, waiting);
      await wakeLostJobs(ctx);
      await wakeNotices(ctx);
      const found = { leasesEnded, actionsWoken: waiting.length };
      if (leasesEnded + waiting.length > 0) ctx.log.info(found, "what nothing worked on was sent on its way");
      return found;
    },
  };
}
