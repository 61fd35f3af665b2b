import { z } from "zod";

/*
 * Snapshots of configuration_version, as they are shown. Older versions of the program wrote fewer members. Whatever
 * cannot be read is shown as empty; a restore parses the snapshot with the form's own schema and says what does not fit.
 */

const Text = z.string().catch("");
const Count = z.number().nullable().catch(null);

const fields = z.object({
  name: Text,
  description: Text,
  status: Text,
  eventSource: Text,
  /** unparsed: the filter schema says what is wrong with it */
  filter: z.unknown().optional(),
  samplingRate: Count,
  samplingBy: Text,
  delaySeconds: Count,
  delayMode: Text,
  capPerHour: Count,
  actionIds: z.array(z.string()).catch([]),
});

/** A trigger as it was in a version. */
export const TriggerSnapshot = z.preprocess((stored) => (isObject(stored) ? stored : {}), fields);
export type TriggerSnapshot = z.infer<typeof TriggerSnapshot>;

/** An action as it was in a version: the safe form of its type, whose members are its own. */
export const ActionSnapshot = z.record(z.string(), z.unknown()).catch({});
export type ActionSnapshot = z.infer<typeof ActionSnapshot>;

const isObject = (value: unknown): boolean => value !== null && typeof value === "object" && !Array.isArray(value);
