import { z } from "zod";
import { isJsonObject } from "./json/json-kinds";

/*
 * Schemas that read the snapshots in the table configuration_version, for the history and for explanations. Older
 * versions of the program wrote fewer members. A member that cannot be read becomes empty or null. A restore does not
 * use these schemas: it parses the snapshot with the schema of the form, and refuses a snapshot that does not fit.
 */

const Text = z.string().catch("");
const Count = z.number().nullable().catch(null);

const fields = z.object({
  name: Text,
  description: Text,
  status: Text,
  eventSource: Text,
  /** the filter as stored; code that uses it parses it, and reports its problems */
  filter: z.unknown().optional(),
  samplingRate: Count,
  samplingBy: Text,
  delaySeconds: Count,
  delayMode: Text,
  capPerHour: Count,
  actionIds: z.array(z.string()).catch([]),
  /** the shadow beside the trigger; null if the trigger had none */
  shadow: z.object({ filter: z.unknown(), samplingRate: Count, samplingBy: Text }).nullable().catch(null).default(null),
});

/** The snapshot of a trigger in one of its versions. */
export const TriggerSnapshot = z.preprocess((stored) => (isJsonObject(stored) ? stored : {}), fields);
export type TriggerSnapshot = z.infer<typeof TriggerSnapshot>;

/**
 * The snapshot of an action in one of its versions, in the safe form of its type. Each action type has its own members.
 */
export const ActionSnapshot = z.record(z.string(), z.unknown()).catch({});
export type ActionSnapshot = z.infer<typeof ActionSnapshot>;
