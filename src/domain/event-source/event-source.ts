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
  /** the heading above it in a list of columns */
  group: string;
  type: ColumnType;
  description?: string;
  /** suggested values; others are allowed unless `isClosed` */
  options?: readonly string[];
  /** the payload's schema allows no value but the options */
  isClosed?: boolean;
  /** whether the value can be missing, so that `is null` makes sense */
  nullable: boolean;
  /** the values of this option column are free text, so that it also takes the operators of text */
  freeText?: boolean;
  /** part of the body of the event (input, output, metadata): shown only with the permission `body:read` */
  isBody?: boolean;
  /** the unit of a number, for people: `s`, `USD`, `tokens` */
  unit?: string;
  read(payload: P): unknown;
  /** says in a few words where the value comes from, if the sender did not tell it; null if it did */
  note?(payload: P): string | null;
};

/** How much of an event an action sends. thin: ids and links. standard: without input, output and metadata. full: all */
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
// One registry holds sources of different payloads. Only a source knows the type of its payload.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type EventSource<P = any> = {
  /** the name of its events: `observation.created` */
  name: string;
  label: string;
  description: string;
  noun: { one: string; many: string };
  /** parses an event's data to plain JSON; parsing the result again changes nothing */
  payload: z.ZodType<P>;
  /**
   * The payload that a patch makes of a stored one, or of none; only of a source whose events may come as patches.
   * @throws ZodError where the result is no payload
   */
  applyPatch?(stored: P | null, patch: unknown): P;
  /** returns the id of the thing behind the event */
  sourceId(payload: P): string;
  /**
   * Of a payload whose id is unique in its trace only: the trace, and the payload under an id that is unique in its
   * project. Null for any other payload.
   */
  idWithinTrace?(payload: P): { traceId: string; unique(): P } | null;
  /** returns the time that orders the states of one thing; null if the event has none */
  updatedAt(payload: P): Date | null;
  /** tells whether the thing has ended; if nothing else orders two states, the state with an end is newer */
  hasEnded(payload: P): boolean;
  /** whether the payload tells no more than a start: it never replaces a state that has ended */
  isStart?(payload: P): boolean;
  /** the payload with what is known of its trace, in the fields that nobody has said of the thing itself */
  withTraceAttributes?(payload: P, trace: TraceAttributes): P;
  /** the payload with a cost computed from the price of its model, where its sender told none */
  withComputedCost?(payload: P, findPrice: FindPrice, receivedAt: Date): P;
  columns: readonly Column<P>[];
  /** the columns by which two things are of one kind; a trigger made from one of them asks for their values */
  alikeBy?: readonly string[];
  /** where redaction rules by path begin; left out, they apply at every depth of the data */
  redaction?: RedactionPlaces;
  links(payload: P): { traceId: string | null; sessionId: string | null };
  /** makes a realistic payload, under an id of the caller's or the one that all samples share */
  sample(now: Date, id?: string): P;
  summary(payload: P): EventSummary;
  /** returns the fields that people see; bodies only for people who may read them */
  shown(payload: P, withBodies: boolean): Record<string, unknown>;
  /**
   * lists the places whose text is the JSON of an object or a list, which keys of filters look into:
   * `metadata.attributes`
   */
  jsonTexts(payload: P): string[];
  /** removes what is not stored of a payload that no trigger matched; a payload that is small enough stays the same */
  reduce?(payload: P, part: "cut" | "columns"): P;
  /** tells which part of the payload was stored; null: all of it */
  storedPart?(payload: P): "cut" | "columns" | null;
  /** removes the bodies of a payload */
  withoutBodies(payload: P): P;
  /** returns the fields that an action sends, in a fixed order */
  actionInput(payload: P, detail: Detail): Record<string, unknown>;
};
