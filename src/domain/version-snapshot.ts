import { z } from "zod";

/*
 * Snapshots of configuration_version, for display. Older versions of the program wrote fewer members. A member that
 * cannot be read is shown as empty. A restore parses the snapshot with the schema of the form and names what does not
 * fit.
 */

const Text = z.string().catch("");
const Count = z.number().nullable().catch(null);

const fields = z.object({
  name: Text,
  description: Text,
  status: Text,
  eventSource: Text,
  /** not parsed here: the filter schema names its problems */
  filter: z.unknown().optional(),
  samplingRate: Count,
  samplingBy: Text,
  delaySeconds: Count,
  delayMode: Text,
  capPerHour: Count,
  actionIds: z.array(z.string()).catch([]),
  /** the shadow beside the trigger; null without one */
  shadow: z.object({ filter: z.unknown(), samplingRate: Count, samplingBy: Text }).nullable().catch(null).default(null),
});

/** The trigger of a version. */
export const TriggerSnapshot = z.preprocess((stored) => (isObject(stored) ? stored : {}), fields);
export type TriggerSnapshot = z.infer<typeof TriggerSnapshot>;

/** The action of a version, in the safe form of its type. Each type has members of its own. */
export const ActionSnapshot = z.record(z.string(), z.unknown()).catch({});
export type ActionSnapshot = z.infer<typeof ActionSnapshot>;

const isObject = (value: unknown): boolean => value !== null && typeof value === "object" && !Array.isArray(value);
