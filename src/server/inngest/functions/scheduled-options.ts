import { cron } from "inngest";

/** Returns the options of a function that Inngest starts by a schedule, and never twice at a time. */
export const makeScheduledOptions = (cronExpression: string, retries: 0 | 3) => ({
  triggers: [cron(cronExpression)],
  concurrency: { limit: 1 },
  retries,
});
