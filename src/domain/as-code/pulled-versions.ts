import { z } from "zod";
import { ConfigurationKey } from "../trigger";

/**
 * The ids and versions of a project's triggers and actions, by key, at the time of a pull. A later change compares them
 * with the current versions.
 */
export const PulledVersions = z.strictObject({
  triggers: z.record(ConfigurationKey, z.strictObject({ id: z.string(), version: z.number().int() })).default({}),
  actions: z.record(ConfigurationKey, z.strictObject({ id: z.string(), version: z.number().int() })).default({}),
});
export type PulledVersions = z.output<typeof PulledVersions>;
