import { cron, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { sweepRequested } from "@/server/inngest/events";
import { sweep as sweepOnce } from "@/server/services/sweep";

/** Sweeps of one run: a cron's shortest interval is a minute, and the sweeper comes every few seconds. */
const ROUNDS = 19;
const PAUSE = "3s";

/** The sweeper: at the start of the program and then every few seconds, sends on its way what nothing works on. */
export function sweep(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "sweep",
      name: "Sweep",
      triggers: [cron("* * * * *"), sweepRequested],
      concurrency: { limit: 2 },
      // A server's call can be refused while the program starts; without another try it would take a minute to the next run.
      retries: 3,
    },
    async ({ step }) => {
      // The run that a start asks for lasts until the next minute's: a process that died just before leaves leases
      // that the first look may be too early for.
      for (let round = 1; round <= ROUNDS; round++) {
        await step.run(`sweep-${round}`, () => sweepOnce(deps.ctx));
        if (round < ROUNDS) await step.sleep(`pause-${round}`, PAUSE);
      }
    },
  );
}
