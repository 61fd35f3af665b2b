import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { makeScheduledOptions } from "./scheduled-options";

/**
 * Makes the function that looks for lost executions once a minute. It serves installations that do not run all the
 * time; a running program looks every 2 s by itself.
 */
export function makeFindLostWorkFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction({ id: "sweep", name: "Sweep", ...makeScheduledOptions("* * * * *", 3) }, async () =>
    deps.watch.look(),
  );
}
