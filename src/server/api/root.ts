import { router } from "./init";
import { accessLinkRouter } from "./routers/access-link";
import { accountRouter } from "./routers/account";
import { actionRouter } from "./routers/action";
import { auditRouter } from "./routers/audit";
import { engineRouter } from "./routers/engine";
import { eventKeyRouter } from "./routers/event-key";
import { eventSourceRouter } from "./routers/event-source";
import { executionRouter } from "./routers/execution";
import { liveRouter } from "./routers/live";
import { memberRouter } from "./routers/member";
import { observationRouter } from "./routers/observation";
import { overviewRouter } from "./routers/overview";
import { projectRouter } from "./routers/project";
import { rejectedEventRouter } from "./routers/rejected-event";
import { triggerRouter } from "./routers/trigger";

/** All that the browser may call. */
export const appRouter = router({
  accessLink: accessLinkRouter,
  account: accountRouter,
  action: actionRouter,
  audit: auditRouter,
  engine: engineRouter,
  eventKey: eventKeyRouter,
  eventSource: eventSourceRouter,
  execution: executionRouter,
  live: liveRouter,
  member: memberRouter,
  observation: observationRouter,
  overview: overviewRouter,
  project: projectRouter,
  rejectedEvent: rejectedEventRouter,
  trigger: triggerRouter,
});

export type AppRouter = typeof appRouter;
