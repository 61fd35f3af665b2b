import { z } from "zod";
import type { ColumnType } from "../filter/schema";
import type { TraceAttributes } from "../opentelemetry/map/trace-attributes";
import type { FindPrice } from "../model-prices/model-price";
import type { RedactionLayout } from "../redaction/redactor";
import type { ObservationClient, ObservationClientCounts } from "../sources/observation-client";
import type { EventNoun } from "./event-nouns";
import type { TemplatePreset } from "./template-preset";

/**
 * A property of an event that filters can use. `read` takes a parsed payload and returns, by type: string,
 * stringOptions: a string. number: a number. datetime: an ISO 8601 string. boolean: a boolean. arrayOptions: a list of
 * strings. stringObject: any JSON value, mostly an object. numberObject: an object. text: any JSON value. Null or
 * undefined where the value is missing.
 */
export type EventColumn<P> = {
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
  /** whether the value can be missing; the column then takes `is null` and `is not null` */
  nullable: boolean;
  /** the values of this option column are free text, so the column also takes the operators of text */
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
 * The parts of an event that an action sends. thin: ids, and the few fields that name the subject. standard: all fields
 * without input, output and metadata. full: all fields.
 */
export const EventDetailLevel = z.enum(["thin", "standard", "full"]);
export type EventDetailLevel = z.infer<typeof EventDetailLevel>;

export type EventSummaryValue = string | number | boolean | null;

/**
 * The values that lists and queries need of an event. They are stored beside its payload, and hold no body.
 * A member that is left out means that the event has no such value.
 */
export type EventSummary = {
  /** the name that people give the subject */
  name: string | null;
  traceId?: string | null;
  sessionId?: string | null;
  userId?: string | null;
  environment?: string | null;
  startTime?: Date | null;
  /** further values for the list of subjects, by column id */
  facts: Record<string, EventSummaryValue>;
};

/** The look of one value of a mark in lists: a dot, which may be hollow, and a word. */
export type ListMarkAppearance = { label: string; tone: "neutral" | "warning" | "danger"; isHollow?: boolean };

/**
 * A column of the list of a source's subjects. It shows the fact or the field of the summary with the same id. name:
 * the subject's name, with its id. mark: one of a few values that set subjects apart, such as a level. duration:
 * seconds. cost: USD.
 */
export type EventListColumn = {
  id: string;
  header: string;
  /** a CSS width; a column without one shares the remaining space */
  width?: string;
  /** the column is left out on phones, which show a subject in two lines */
  isOffPhones?: boolean;
  /** the column is shown only at the width of a desktop */
  isDesktopOnly?: boolean;
} & (
  | { kind: "name" | "badge" | "text" | "duration" | "number" | "cost" }
  | {
      kind: "mark";
      /** the value of ordinary subjects; outside of the subjects' own list no mark is shown for it */
      usual: string;
      looks: Readonly<Record<string, ListMarkAppearance>>;
    }
);

/**
 * A kind of event that triggers can listen to. `P` is its payload. The registry holds sources of different payloads, so
 * only a source itself knows the type.
 */

export type EventSource<P = unknown> = {
  /** the name of the source's events: `observation.created` */
  name: string;
  label: string;
  description: string;
  noun: EventNoun;
  /**
   * the program itself makes these events, so the event endpoint refuses them from senders; left out: senders make them
   */
  isMadeHere?: boolean;
  /** the schema that parses an event's data to plain JSON; parsing its result again changes nothing */
  payload: z.ZodType<P>;
  /**
   * Applies a patch to the stored payload; null: no payload is stored yet. Only a source whose events may be patches
   * has this function.
   */
  applyPatch?(stored: P | null, patch: unknown): P;
  /** returns the id of the subject that the event is about */
  sourceId(payload: P): string;
  /**
   * For a payload whose id is unique only in its trace: returns the trace, and the payload under an id that is unique
   * in the project. Returns null for any other payload.
   */
  qualifyIdByTrace?(payload: P): { traceId: string; unique(): P } | null;
  /** returns the time that orders the states of one source id; null if the event has no time */
  updatedAt(payload: P): Date | null;
  /** tells whether the subject has ended; of two states that no time orders, the ended state is newer */
  hasEnded(payload: P): boolean;
  /** tells whether the payload reports only the start of a subject; a start never replaces a state that has ended */
  isStart?(payload: P): boolean;
  /** removes from the data of an event what only this program notes there, because a sender could imitate it */
  withoutOwnNotes?(data: Record<string, unknown>): Record<string, unknown>;
  /**
   * Cuts the data of an event that is too large, in place. It returns the names of the cut fields. Only a source with
   * senders that cannot be refused has this function.
   */
  cutToEventSize?(data: Record<string, unknown>): string[];
  /** fills the payload's empty fields with the known attributes of its trace */
  withTraceAttributes?(payload: P, trace: TraceAttributes): P;
  /** computes the payload's cost from the price of its model, if the sender gave no cost */
  withComputedCost?(payload: P, findPrice: FindPrice, receivedAt: Date): P;
  columns: readonly EventColumn<P>[];
  /** the columns of the list of subjects; the page adds the time of receipt */
  list: readonly EventListColumn[];
  /**
   * the columns by which events count as similar; a trigger made from one event has a condition for each that has a
   * text
   */
  alikeBy?: readonly string[];
  /** the members of the data to which redaction rules apply; without it, rules apply at every depth of the data */
  redaction?: RedactionLayout;
  links(payload: P): { traceId: string | null; sessionId: string | null };
  /** makes a realistic payload, under the caller's id or the id that all samples share */
  sample(now: Date, id?: string): P;
  /** templates to start from, for services that need their own form of body */
  templatePresets?: readonly TemplatePreset[];
  summary(payload: P): EventSummary;
  /**
   * Returns the client that sent a payload, and the numbers that the payload adds to the counts of that client.
   * @param told.client the client that the request named; null if it named none
   * @param told.isPart whether later patches may complete the subject
   */
  ofClient?(
    payload: P,
    told: { client: string | null; isPart: boolean },
  ): { client: ObservationClient; figures: ObservationClientCounts };
  /** returns the fields that people see; `withBodies` adds the bodies */
  shown(payload: P, withBodies: boolean): Record<string, unknown>;
  /**
   * lists the paths whose text is the JSON of an object or a list, such as `metadata.attributes`; keys of filters look
   * into them
   */
  jsonTexts(payload: P): string[];
  /**
   * reduces a payload that no trigger matched to the part that is stored: `cut` shortens long bodies, and `columns`
   * removes all bodies
   */
  reduce?(payload: P, part: "cut" | "columns"): P;
  /** tells which part of a reduced payload is stored; null if all of it is stored */
  storedPart?(payload: P): "cut" | "columns" | null;
  /** returns the payload without its bodies, such as the input and output of an observation */
  withoutBodies(payload: P): P;
  /** returns the fields that an action sends, in a fixed order */
  actionInput(payload: P, detail: EventDetailLevel): Record<string, unknown>;
};
