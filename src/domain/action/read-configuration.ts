import type { ParsedConfiguration } from "./action-type";
import { getActionType } from "./registry";

/** Reads a stored configuration. `problem` says so if its action type is not registered any more. */
export const readConfiguration = (typeName: string, json: unknown): ParsedConfiguration =>
  getActionType(typeName)?.read(json) ?? { problem: `The action type ${typeName} is not registered.` };
