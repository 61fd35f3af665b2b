import { defineActionType, type ActionType } from "./action-type";
import { webhookActionType } from "./webhook/webhook";

/** The action type of a call that names no type. */
export const DEFAULT_ACTION_TYPE_NAME = webhookActionType.name;

/** The built-in action types. A new action type is one line here. */
const builtIn = [defineActionType(webhookActionType)] as const;

/** The transports of the built-in action types. Each has a sender in server/services/deliveries/senders/registry. */
export type TransportName = (typeof builtIn)[number]["transport"];

const types = new Map<string, ActionType>(builtIn.map((type) => [type.name, type]));

export const getActionType = (name: string): ActionType | null => types.get(name) ?? null;
export const listActionTypes = (): ActionType[] => [...types.values()];

/**
 * Adds an action type.
 * @returns a function that removes it
 * @throws Error if the name is taken
 */
export function registerActionType(type: ActionType): () => void {
  if (types.has(type.name)) throw new Error(`The action type ${type.name} is registered already.`);
  types.set(type.name, type);
  return () => {
    if (types.get(type.name) === type) types.delete(type.name);
  };
}
