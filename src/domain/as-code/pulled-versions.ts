import { z } from "zod";
import { ConfigurationKey } from "../trigger";

/** The state that a pull has read: the id and version of each trigger and action, by key. */
export const PulledVersions = z.strictObject({
  triggers: z.record(ConfigurationKey, z.strictObject({ id: z.string(), version: z.number().int() })).default({}),
  actions: z.record(ConfigurationKey, z.strictObject({ id: z.string(), version: z.number().int() })).default({}),
});
export type PulledVersions = z.output<typeof PulledVersions>;
