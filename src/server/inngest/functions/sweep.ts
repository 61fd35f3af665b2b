import { cron, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";

/** The sweeper looks once a minute, for programs that do not run all the time. A running program looks every 2 s. */
export function sweep(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    { id: "sweep", name: "Sweep", triggers: [cron("* * * * *")], concurrency: { limit: 1 }, retries: 3 },
    async () => deps.watch.look(),
  );
}
