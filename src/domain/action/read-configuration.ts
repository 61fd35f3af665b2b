import type { ActionType } from "./action-type";
import { getActionType } from "./registry";

/** The functions of `type` take `stored`. */
export type ReadConfiguration = { type: ActionType; stored: unknown; problem: null } | { problem: string };

/** Parses a stored configuration. It may not fit any more, since types and schemas change; then `problem` says why. */
export function readConfiguration(typeName: string, json: unknown): ReadConfiguration {
  const type = getActionType(typeName);
  if (!type) return { problem: `The action type ${typeName} is not registered.` };
  const parsed = type.stored.safeParse(json);
  if (parsed.success) return { type, stored: parsed.data, problem: null };
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` (${issue.path.join(".")}: ${issue.message})` : "";
  return { problem: `The stored configuration cannot be read${where}. Enter it again.` };
}
