import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliverWebhooks } from "./deliver-webhooks";
import { keepUnprocessed } from "./keep-unprocessed-events";
import { largeObservationProcessor, observationUpsertProcessor } from "./observation-upsert-processor";
import { pruneHistory } from "./prune-history";
import { runJob } from "./run-job";
import { sendNoticesOfProject } from "./send-notices";
import { sweep } from "./sweep";
import { tellPeople } from "./tell-people";

/** Makes all functions of the program, as /api/inngest serves them. */
export const createFunctions = (client: Inngest, deps: FunctionDependencies) => [
  observationUpsertProcessor(client, deps),
  largeObservationProcessor(client, deps),
  keepUnprocessed(client, deps),
  deliverWebhooks(client, deps),
  runJob(client, deps),
  sendNoticesOfProject(client, deps),
  tellPeople(client, deps),
  sweep(client, deps),
  pruneHistory(client, deps),
];
