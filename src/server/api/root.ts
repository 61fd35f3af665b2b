import { router } from "./init";
import { accessLinkRouter } from "./routers/access-link";
import { accountRouter } from "./routers/account";
import { actionRouter } from "./routers/action";
import { auditRouter } from "./routers/audit";
import { backfillRouter } from "./routers/backfill";
import { decisionRouter } from "./routers/decision";
import { draftRouter } from "./routers/draft";
import { engineRouter } from "./routers/engine";
import { eventKeyRouter } from "./routers/event-key";
import { eventSourceRouter } from "./routers/event-source";
import { executionRouter } from "./routers/execution";
import { installationRouter } from "./routers/installation";
import { liveRouter } from "./routers/live";
import { memberRouter } from "./routers/member";
import { modelPriceRouter } from "./routers/model-price";
import { noticeRouter } from "./routers/notice";
import { observationRouter } from "./routers/observation";
import { operationalWebhookRouter } from "./routers/operational-webhook";
import { overviewRouter } from "./routers/overview";
import { projectRouter } from "./routers/project";
import { redactionRouter } from "./routers/redaction";
import { rejectedEventRouter } from "./routers/rejected-event";
import { personalTokenRouter, tokenRouter } from "./routers/token";
import { bulkRouter, resendRouter } from "./routers/bulk";
import { shadowRouter } from "./routers/shadow";
import { searchRouter } from "./routers/search";
import { testEndpointRouter } from "./routers/test-endpoint";
import { sourceRouter } from "./routers/source";
import { triggerRouter } from "./routers/trigger";
import { versionRouter } from "./routers/version";
import { viewRouter } from "./routers/view";

/** Every procedure that the browser may call. */
export const appRouter = router({
  accessLink: accessLinkRouter,
  account: accountRouter,
  action: actionRouter,
  audit: auditRouter,
  backfill: backfillRouter,
  decision: decisionRouter,
  draft: draftRouter,
  engine: engineRouter,
  eventKey: eventKeyRouter,
  eventSource: eventSourceRouter,
  execution: executionRouter,
  installation: installationRouter,
  live: liveRouter,
  member: memberRouter,
  modelPrice: modelPriceRouter,
  notice: noticeRouter,
  observation: observationRouter,
  operationalWebhook: operationalWebhookRouter,
  overview: overviewRouter,
  personalToken: personalTokenRouter,
  project: projectRouter,
  redaction: redactionRouter,
  rejectedEvent: rejectedEventRouter,
  resend: resendRouter,
  testEndpoint: testEndpointRouter,
  token: tokenRouter,
  bulk: bulkRouter,
  search: searchRouter,
  shadow: shadowRouter,
  source: sourceRouter,
  trigger: triggerRouter,
  version: versionRouter,
  view: viewRouter,
});

export type AppRouter = typeof appRouter;
