import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliverWebhooks } from "./deliver-webhooks";
import { makeKeepUnprocessedEvents } from "./keep-unprocessed-events";
import { makeLargeObservationProcessor, observationUpsertProcessor } from "./observation-upsert-processor";
import { makePruneHistory } from "./prune-history";
import { makeRunJob } from "./run-job";
import { makeSendNotices } from "./send-notices";
import { makeSweep } from "./sweep";
import { makeTellPeople } from "./tell-people";

/** Makes all functions of the program, as /api/inngest serves them. */
export const createFunctions = (client: Inngest, deps: FunctionDependencies) => [
  observationUpsertProcessor(client, deps),
  makeLargeObservationProcessor(client, deps),
  makeKeepUnprocessedEvents(client, deps),
  deliverWebhooks(client, deps),
  makeRunJob(client, deps),
  makeSendNotices(client, deps),
  makeTellPeople(client, deps),
  makeSweep(client, deps),
  makePruneHistory(client, deps),
];
