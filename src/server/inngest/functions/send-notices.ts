import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { noticesDue } from "@/server/inngest/events";
import { sendNotices } from "@/server/services/notices/send";

/**
 * Tells a project's operational webhook what is due. One run of a project at a time: a webhook that does not answer
 * holds its own project's notices, and neither those of others nor the program's look. No steps: a second run finds
 * none that is due.
 */
export function sendNoticesOfProject(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "send-notices",
      name: "Operational webhooks",
      triggers: [noticesDue],
      concurrency: { limit: 1, key: "event.data.projectId" },
      retries: 3,
    },
    async ({ event }) => ({ tried: await sendNotices(deps.ctx, event.data) }),
  );
}
