import type { EngineEvent } from "./event";

/** An event as a sender hands it over. */
export type IncomingEvent = Envelope & (EventData | WrittenData);

/** An event whose data is a value. */
export type ReadEvent = Envelope & EventData;

type Envelope = {
  /** The sender's own id: within 24 h the same id starts no second run of a function that does not batch. */
  id?: string;
  name: string;
  /** Milliseconds since 1970; default: now. A function without batches waits for a time in the future. */
  ts?: number;
  /** Version of the payload, for readers only. */
  v?: string;
  user?: Record<string, unknown>;
};

type EventData = { data: Record<string, unknown>; json?: never };
/** An event whose data the host has already written as JSON text. The host names its owner, such as a project. */
type WrittenData = { json: string; owner: string; data?: never };

/** The part of a logger that the engine uses. pino's order: what it is about first. */
export type Logger = Record<"debug" | "info" | "warn" | "error", (about: object, message: string) => void>;

export type RunStatus = "running" | "completed" | "failed" | "cancelled";

/** What an item of work is: a call of the SDK, or a sleep with a time. */
export type ItemKind = "call" | "sleep";

/** The step id of a call that runs the function as a whole, to find its next steps. */
export const DISCOVERY = "step";

/** The result of one step as it is replayed to the function. */
export type StepMemo = {
  id: string;
  /** JSON in the SDK's memo format: `{"data":…}`, `{"error":…}`, `null` or an event. */
  memo: string;
  /** The same in JCS form, made when first needed. */
  canonical?: string;
};

/** One leased call: everything the SDK has to be told, and what fences its result. */
export type LeasedCall = {
  itemId: string;
  token: string;
  runId: string;
  functionId: string;
  lane: string;
  stepId: string;
  /** 0 for the first try. */
  attempt: number;
  /** How often a process died or stalled while it held this item. */
  lost: number;
  forcePlan: boolean;
  eventIds: string[];
  events: EngineEvent[];
  steps: StepMemo[];
  /** The steps have to be read before the call. */
  stepsStale: boolean;
  calledAt: number;
};

export type SerializedError = { name: string; message: string; stack?: string; cause?: unknown };
