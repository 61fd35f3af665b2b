import type { ReadConfiguration } from "./action-type";
import { getActionType } from "./registry";

/** Reads a stored configuration. Its type may not be registered any more; then `problem` says so. */
export const readConfiguration = (typeName: string, json: unknown): ReadConfiguration =>
  getActionType(typeName)?.read(json) ?? { problem: `The action type ${typeName} is not registered.` };
