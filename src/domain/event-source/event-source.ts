import { z } from "zod";
import type { ColumnType } from "../filter/schema";
import type { TraceAttributes } from "../opentelemetry/map/trace-attributes";
import type { FindPrice } from "../model-prices/model-price";
import type { RedactionPlaces } from "../redaction/redactor";

/**
 * A property of an event that filters can use.
 *
 * `read` takes a parsed payload and returns, by type: string, stringOptions: a string. number: a number.
 * datetime: an ISO 8601 string. boolean: a boolean. arrayOptions: a list of strings. stringObject,
 * numberObject: an object. text: any JSON value. Null or undefined where the value is missing.
 */
export type Column<P> = {
  id: string;
  label: string;
  /** the heading above the column in a list of columns */
  group: string;
  type: ColumnType;
  description?: string;
  /** suggested values; other values are allowed unless `isClosed` */
  options?: readonly string[];
  /** the payload's schema allows only the values in `options` */
  isClosed?: boolean;
  /** whether the value can be missing, so that the column has `is null` */
  nullable: boolean;
  /** an option column has free text as values, so it also takes the operators of text */
  freeText?: boolean;
  /** the column is part of the event's body (input, output, metadata), so it needs the permission `body:read` */
  isBody?: boolean;
  /** the unit of a number column, for people: `s`, `USD`, `tokens` */
  unit?: string;
  read(payload: P): unknown;
  /** returns a few words about the origin of the value if the program computed it; null if the sender gave it */
  note?(payload: P): string | null;
};

/**
 * How much of an event an action sends. thin: ids and links. standard: all fields without input, output and metadata.
 * full: all fields
 */
export const Detail = z.enum(["thin", "standard", "full"]);
export type Detail = z.infer<typeof Detail>;

/** The summary of an event for lists and queries, without its body. */
export type EventSummary = {
  traceId: string | null;
  parentId: string | null;
  type: string | null;
  name: string | null;
  level: string | null;
  model: string | null;
  environment: string | null;
  userId: string | null;
  sessionId: string | null;
  startTime: Date | null;
  /** seconds */
  latency: number | null;
  totalTokens: number | null;
  /** USD */
  totalCost: number | null;
};

/** A kind of event that triggers can listen to. */
// The registry holds sources of different payloads. Only a source knows the type of its payload.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type EventSource<P = any> = {
  /** the name of the source's events: `observation.created` */
  name: string;
  label: string;
  description: string;
  noun: { one: string; many: string };
  /** the schema that parses an event's data to plain JSON; parsing its result again changes nothing */
  payload: z.ZodType<P>;
  /**
   * Applies a patch to the stored payload, or to none. Only a source whose events may be patches has it.
   * @throws ZodError if the result is no payload
   */
  applyPatch?(stored: P | null, patch: unknown): P;
  /** returns the id of the thing that the event is about */
  sourceId(payload: P): string;
  /**
   * For a payload whose id is unique only in its trace: returns the trace, and the payload under an id that is unique
   * in the project. Returns null for any other payload.
   */
  idWithinTrace?(payload: P): { traceId: string; unique(): P } | null;
  /** returns the time that orders the states of one source id; null if the event has no time */
  updatedAt(payload: P): Date | null;
  /** tells whether the payload has an end; of two states that no time orders, the one with an end is newer */
  hasEnded(payload: P): boolean;
  /** tells whether the payload is only the start of a thing; a start never replaces a state that has ended */
  isStart?(payload: P): boolean;
  /** fills the payload's empty fields with the known attributes of its trace */
  withTraceAttributes?(payload: P, trace: TraceAttributes): P;
  /** computes the payload's cost from the price of its model, if the sender gave no cost */
  withComputedCost?(payload: P, findPrice: FindPrice, receivedAt: Date): P;
  columns: readonly Column<P>[];
  /** the columns in which similar things agree; a trigger made from one event has a condition for each */
  alikeBy?: readonly string[];
  /** the paths at which redaction rules begin; without it, rules apply at every depth of the data */
  redaction?: RedactionPlaces;
  links(payload: P): { traceId: string | null; sessionId: string | null };
  /** makes a realistic payload, under the caller's id or the id that all samples share */
  sample(now: Date, id?: string): P;
  summary(payload: P): EventSummary;
  /** returns the fields that people see; `withBodies` adds the bodies */
  shown(payload: P, withBodies: boolean): Record<string, unknown>;
  /**
   * lists the paths whose text is the JSON of an object or a list, such as `metadata.attributes`; keys of filters look
   * into them
   */
  jsonTexts(payload: P): string[];
  /** reduces a payload that no trigger matched to the part that is stored; a small payload stays whole */
  reduce?(payload: P, part: "cut" | "columns"): P;
  /** tells which part of a reduced payload is stored; null if all of it is stored */
  storedPart?(payload: P): "cut" | "columns" | null;
  /** returns the payload without its bodies */
  withoutBodies(payload: P): P;
  /** returns the fields that an action sends, in a fixed order */
  actionInput(payload: P, detail: Detail): Record<string, unknown>;
};
