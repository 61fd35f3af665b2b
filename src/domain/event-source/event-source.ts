import type { z } from "zod";
import type { ColumnType } from "../filter/schema";

/**
 * One thing a filter can ask about.
 *
 * `read` takes a parsed payload and returns, by type: string, stringOptions: a string. number: a number.
 * datetime: an ISO 8601 string. boolean: a boolean. arrayOptions: a list of strings. stringObject,
 * numberObject: an object. text: any JSON value. Null or undefined where the value is missing.
 */
export type Column<P> = {
  id: string;
  label: string;
  /** the heading it stands under in a list of columns */
  group: string;
  type: ColumnType;
  description?: string;
  /** values to suggest; others are allowed unless `isClosed` */
  options?: readonly string[];
  /** the options are all the values there can be, as the payload's schema takes no other */
  isClosed?: boolean;
  /** whether the value can be missing, and so `is null` can be asked */
  nullable: boolean;
  /** an option column whose values are free text, which takes the operators of text too */
  freeText?: boolean;
  /** part of the body of the event (input, output, metadata): shown only to those who may read bodies */
  isBody?: boolean;
  /** of a number, for people: `s`, `USD`, `tokens` */
  unit?: string;
  read(payload: P): unknown;
};

/** How much of the event an action is given. */
export type Detail = "thin" | "standard" | "full";

/** What lists and queries know about an event without reading its body. */
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
// Sources of different payloads stand in one registry; only the source itself knows its own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type EventSource<P = any> = {
  /** the name of its events: `observation.created` */
  name: string;
  label: string;
  description: string;
  noun: { one: string; many: string };
  /** parses an event's data; what it returns is plain JSON, and parses to itself */
  payload: z.ZodType<P>;
  /** what identifies the thing behind the event */
  sourceId(payload: P): string;
  /** what orders the states of one thing; null where the event does not say */
  updatedAt(payload: P): Date | null;
  /** whether the thing has ended: of two states that nothing else orders, the one with an end is the later */
  hasEnded(payload: P): boolean;
  columns: readonly Column<P>[];
  links(payload: P): { traceId: string | null; sessionId: string | null };
  /** a realistic payload */
  sample(now: Date): P;
  summary(payload: P): EventSummary;
  /** what people see of it, as fields; without what only those who may read bodies see */
  shown(payload: P, withBodies: boolean): Record<string, unknown>;
  /** the places whose text is the JSON of an object or a list, and which filters ask by key like that: `metadata.attributes` */
  jsonTexts(payload: P): string[];
  /** the payload without what only those who may read bodies see, for when its bodies are removed */
  withoutBodies(payload: P): P;
  /** what an action is told of the event, the order of fields always the same */
  actionInput(payload: P, detail: Detail): Record<string, unknown>;
};
