import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { makeDeliverWebhooksFunction } from "./deliver-webhooks";
import { makeKeepUnprocessedEventsFunction } from "./keep-unprocessed-events";
import { makeLargeObservationProcessor, makeObservationProcessor } from "./observation-upsert-processor";
import { makePruneHistoryFunction } from "./prune-history";
import { makeRunJobFunction } from "./run-job";
import { makeSendOperationalNoticesFunction } from "./send-operational-notices";
import { makeFindLostWorkFunction } from "./find-lost-work";
import { makeFindNoticesFunction, makeSendEmailsFunction } from "./email-notices";

/** Makes all functions of the program, as /api/inngest serves them. */
export const createFunctions = (client: Inngest, deps: FunctionDependencies) => [
  makeObservationProcessor(client, deps),
  makeLargeObservationProcessor(client, deps),
  makeKeepUnprocessedEventsFunction(client, deps),
  makeDeliverWebhooksFunction(client, deps),
  makeRunJobFunction(client, deps),
  makeSendOperationalNoticesFunction(client, deps),
  makeFindNoticesFunction(client, deps),
  makeSendEmailsFunction(client, deps),
  makeFindLostWorkFunction(client, deps),
  makePruneHistoryFunction(client, deps),
];
