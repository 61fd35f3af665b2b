import { z } from "zod";
import { ConfigurationKey, ConfigurationName } from "@/domain/trigger";

/** The input of the action form. The action type checks the configuration. */
export const ActionInput = z.object({
  /** a change without a key keeps the stored key */
  key: ConfigurationKey.nullish(),
  name: ConfigurationName,
  type: z.string().min(1).max(100),
  configuration: z.record(z.string(), z.unknown()),
});
export type ActionInput = z.infer<typeof ActionInput>;
