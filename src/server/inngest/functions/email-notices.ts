import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { sendEmails } from "@/server/services/email/send-emails";
import { queueDigestEmails } from "@/server/services/email/queue-digest-emails";
import { syncNoticesWithProblems } from "@/server/services/notices/sync-notices-with-problems";
import { makeScheduledOptions } from "./scheduled-options";

/** Makes the function that looks for new notices once a minute, and queues digest emails about them if SMTP is set. */
export function makeFindNoticesFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    { id: "tell-people", name: "Notices", ...makeScheduledOptions("* * * * *", 0) },
    async () => ({ found: await syncNoticesWithProblems(deps.ctx), digests: await queueDigestEmails(deps.ctx) }),
  );
}

/**
 * Makes the function that sends queued emails once a minute. It is a function of its own, so that a slow mail server
 * delays no notice.
 */
export function makeSendEmailsFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    { id: "send-emails", name: "Emails", ...makeScheduledOptions("* * * * *", 0) },
    async () => ({ tried: await sendEmails(deps.ctx) }),
  );
}
