import { cron, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { sendEmails } from "@/server/services/email/send-emails";
import { writeDigests } from "@/server/services/email/write-digests";
import { findNotices } from "@/server/services/notices/find-notices";

/** Makes the function that looks for notices to members once a minute, and emails them if SMTP is set. */
export function makeTellPeopleFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "tell-people",
      name: "Notices and email",
      triggers: [cron("* * * * *")],
      concurrency: { limit: 1 },
      retries: 0,
    },
    async () => ({
      found: await findNotices(deps.ctx),
      digests: await writeDigests(deps.ctx),
      tried: await sendEmails(deps.ctx),
    }),
  );
}
