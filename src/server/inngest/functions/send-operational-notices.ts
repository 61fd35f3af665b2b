import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { noticesDueEvent } from "@/server/inngest/events";
import { sendOperationalNotices } from "@/server/services/notices/send-operational-notices";

/**
 * Makes the function that sends due notices to a project's operational webhook. A project has one run at a time, so
 * that a silent webhook delays only its own project. The function has no steps: a repeated run finds no due notices.
 */
export function makeSendOperationalNoticesFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "send-notices",
      name: "Operational webhooks",
      triggers: [noticesDueEvent],
      concurrency: { limit: 1, key: "event.data.projectId" },
      retries: 3,
    },
    async ({ event }) => ({ tried: await sendOperationalNotices(deps.ctx, event.data) }),
  );
}
