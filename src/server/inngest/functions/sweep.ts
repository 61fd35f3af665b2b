import { cron, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";

/** The sweeper: each minute what the program itself looks for every few seconds, for a program that is not there to look. */
export function sweep(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    { id: "sweep", name: "Sweep", triggers: [cron("* * * * *")], concurrency: { limit: 1 }, retries: 3 },
    async () => deps.watch.look(),
  );
}
