import type { ParsedConfiguration } from "./action-type";
import { getActionType } from "./registry";

/** Reads a stored configuration. If its action type is not registered any more, the result has only a `problem`. */
export const readStoredConfiguration = (typeName: string, json: unknown): ParsedConfiguration =>
  getActionType(typeName)?.read(json) ?? { problem: `The action type ${typeName} is not registered.` };
