import { z } from "zod";
import { DisplayName } from "@/domain/display-name";
import { ConfigurationKey } from "@/domain/trigger";

/** The input of the form of an action. The action's type checks `configuration` later. */
export const ActionInput = z.object({
  /**
   * the action's name in files and in the API; null removes it; if a change leaves the key out, the stored key stays
   */
  key: ConfigurationKey.nullish(),
  name: DisplayName,
  type: z.string().min(1).max(100),
  configuration: z.record(z.string(), z.unknown()),
});
export type ActionInput = z.infer<typeof ActionInput>;
