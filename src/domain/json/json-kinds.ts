import { LongNumber } from "./long-number";

/** An object of parsed JSON: its members by name. */
export type JsonObject = Record<string, unknown>;

/** Tells whether a value of parsed JSON is an object or a list. The type treats a list's indices as names. */
export const isObjectOrList = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !(value instanceof LongNumber);

/** Tells whether a value of parsed JSON is an object. A list and a long number are none. */
export const isJsonObject = (value: unknown): value is JsonObject => isObjectOrList(value) && !Array.isArray(value);
