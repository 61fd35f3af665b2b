import { z } from "zod";
import { DisplayName } from "./display-name";
import { UnmatchedStorage } from "./unmatched-storage";

const days = (max: number) =>
  z.number("Write a number of days.").int("Use whole days.").min(1, "At least 1 day.").max(max, `At most ${max} days.`);

/** The settings on a project's settings page. Retentions are in days. */
export const ProjectSettings = z.object({
  name: DisplayName,
  viewersSeeBodies: z.boolean(),
  observationRetentionDays: days(3650),
  revisionRetentionDays: days(90),
  rejectedRetentionDays: days(365),
  bodyRetentionDays: days(3650),
  executionRetentionDays: days(3650),
  unmatchedStorage: UnmatchedStorage,
});
export type ProjectSettings = z.infer<typeof ProjectSettings>;
