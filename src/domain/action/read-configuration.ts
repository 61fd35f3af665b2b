import type { ActionType } from "./action-type";
import { getActionType } from "./registry";

/** `stored` is what the type's own functions take. */
export type ReadConfiguration = { type: ActionType; stored: unknown; problem: null } | { problem: string };

/** A stored configuration, or in words why it cannot be used. What it was checked against may have changed since. */
export function readConfiguration(typeName: string, json: unknown): ReadConfiguration {
  const type = getActionType(typeName);
  if (!type) return { problem: `The action type ${typeName} is not registered.` };
  const parsed = type.stored.safeParse(json);
  if (parsed.success) return { type, stored: parsed.data, problem: null };
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` (${issue.path.join(".")}: ${issue.message})` : "";
  return { problem: `The stored configuration cannot be read${where}. Enter it again.` };
}
