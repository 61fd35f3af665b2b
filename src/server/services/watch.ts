import { ENGINE_BEHIND_MS } from "@/domain/waiting";
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
export type Watch = {
  look(): Promise<Look>;
  /** Whether looks of two minutes have found due rows that nobody works on. Then the engine does not run our functions. */
  isEngineBehind(): boolean;
};

/** @returns a watch that remembers what its last looks have found */
export function createWatch(ctx: ServiceContext): Watch {
  let missed: ReadonlySet<number> = new Set();
  let behindSince: Date | null = null;
  return {
    async look() {
      const lost = await findLostProcesses(ctx);
      // Whoever is missing twice is dead, and not just connecting again.
      const leasesEnded = await endLeases(ctx, new Set([...lost].filter((number) => missed.has(number))));
      missed = lost;
      const waiting = await findWaitingActions(ctx);
      behindSince = waiting.some(({ isBehind }) => isBehind) ? (behindSince ?? ctx.now()) : null;
      const lostWakes = waiting.filter(({ isAsked }) => !isAsked);
      await clearMarks(
        ctx,
        lostWakes.map(({ actionId }) => actionId),
      );
      await wakeActions(ctx, lostWakes);
      await wakeLostJobs(ctx);
      await wakeNotices(ctx);
      const found = { leasesEnded, actionsWoken: lostWakes.length };
      if (leasesEnded + lostWakes.length > 0) ctx.log.info(found, "what nothing worked on was sent on its way");
      return found;
    },
    isEngineBehind: () => behindSince !== null && ctx.now().getTime() - behindSince.getTime() >= ENGINE_BEHIND_MS,
  };
}
