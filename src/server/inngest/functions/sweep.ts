import { cron, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";

/** The sweeper: looks each minute. The program itself looks every 2 s, where it runs at all times. */
export function sweep(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    { id: "sweep", name: "Sweep", triggers: [cron("* * * * *")], concurrency: { limit: 1 }, retries: 3 },
    async () => deps.watch.look(),
  );
}
