import { ENGINE_BEHIND_MS } from "@/domain/waiting";
import type { ServiceContext } from "@/server/context";
import { endLostLeases } from "./deliveries/end-lost-leases";
import { findUnworkedClaims } from "./deliveries/find-unworked-claims";
import { releaseFailedClaim } from "./deliveries/release-failed-claim";
import type { HeldClaims } from "./deliveries/held-claims";
import { findStalledActions } from "./deliveries/find-stalled-actions";
import { clearWakeMarks, wakeActions } from "./wakes/wake-actions";
import { restartLostJobRuns } from "./jobs/restart-lost-job-runs";
import { requestDueOperationalNotices } from "./notices/request-due-operational-notices";

type Look = { leasesEnded: number; actionsWoken: number };

/**
 * Finds lost work and restarts it: executions of dead processes, claims that this process does not know, actions whose
 * wake was lost, jobs without a run, and due notices. A look that finds nothing sends nothing.
 */
export type LostWorkWatch = {
  look(): Promise<Look>;
  /**
   * Tells whether every `look` of the last two minutes failed, or found due executions that no run delivers. Then the
   * engine does not run the delivery functions, or cannot use a table.
   */
  isEngineBehind(): boolean;
};

/**
 * Makes the watch of one process. The watch compares each `look` with the one before.
 * @param claims the claims of this process; null if it delivers nothing
 * @param mayJudge tells whether this process may count others as dead. After a failover it waits until the others have
 * connected again
 */
export function createLostWorkWatch(
  ctx: ServiceContext,
  claims: HeldClaims | null = null,
  mayJudge: () => boolean = () => true,
): LostWorkWatch {
  let missed: ReadonlySet<number> = new Set();
  let behindSince: Date | null = null;
  const look = async (): Promise<Look> => {
    const { lostProcesses, unknownClaims } = await findUnworkedClaims(ctx, claims);
    const lost = mayJudge() ? lostProcesses : new Set<number>();
    for (const { token, ...key } of unknownClaims) await releaseFailedClaim(ctx, key, token);
    // A process that reconnects looks dead for a moment, so only two looks in a row prove that it is dead.
    const leasesEnded = await endLostLeases(ctx, new Set([...lost].filter((number) => missed.has(number))));
    missed = lost;
    const idle = await findStalledActions(ctx);
    behindSince = idle.some(({ isBehind }) => isBehind) ? (behindSince ?? ctx.now()) : null;
    const lostWakes = idle.filter(({ isAsked }) => !isAsked);
    await clearWakeMarks(
      ctx,
      lostWakes.map(({ actionId }) => actionId),
    );
    await wakeActions(ctx, lostWakes);
    await restartLostJobRuns(ctx);
    await requestDueOperationalNotices(ctx);
    const found = { leasesEnded, actionsWoken: lostWakes.length };
    if (leasesEnded + lostWakes.length > 0) ctx.log.info(found, "what nothing worked on was sent on its way");
    return found;
  };
  return {
    look: () =>
      look().catch((error: unknown) => {
        behindSince ??= ctx.now();
        throw error;
      }),
    isEngineBehind: () => behindSince !== null && ctx.now().getTime() - behindSince.getTime() >= ENGINE_BEHIND_MS,
  };
}
