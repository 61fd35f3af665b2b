import { cron, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { sendEmails } from "@/server/services/email/send-emails";
import { queueDigestEmails } from "@/server/services/email/queue-digest-emails";
import { updateOpenNotices } from "@/server/services/notices/update-open-notices";

/** Makes the function that looks for new notices once a minute, and emails them to members if SMTP is set. */
export function makeEmailNoticesFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "tell-people",
      name: "Notices and email",
      triggers: [cron("* * * * *")],
      concurrency: { limit: 1 },
      retries: 0,
    },
    async () => ({
      found: await updateOpenNotices(deps.ctx),
      digests: await queueDigestEmails(deps.ctx),
      tried: await sendEmails(deps.ctx),
    }),
  );
}
