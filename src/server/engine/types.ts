import type { EngineEvent } from "./event";

/** An event as a sender hands it over. */
export type IncomingEvent = Envelope & (EventData | WrittenData);

/** An event whose data is a parsed value. */
export type EventWithParsedData = Envelope & EventData;

type Envelope = {
  /** The sender's own id. Within 24 h the same id starts no second run of a function without batches. */
  id?: string;
  name: string;
  /** Milliseconds since 1970; default: now. A function without batches starts at this time if it is in the future. */
  ts?: number;
  /** The version of the payload, which the engine only passes on. */
  v?: string;
  user?: Record<string, unknown>;
};

type EventData = { data: Record<string, unknown>; json?: never };
/** An event whose data the host has already written as JSON text. The host names its owner, such as a project. */
type WrittenData = { json: string; owner: string; data?: never };

/** The part of a logger that the engine uses. As in pino, the object comes first and the message second. */
export type EngineLogger = Record<"debug" | "info" | "warn" | "error", (about: object, message: string) => void>;

export type RunStatus = "running" | "completed" | "failed" | "cancelled";

/** The kind of an item of work: a call of the SDK, or a sleep that ends at a time. */
export type WorkItemKind = "call" | "sleep";

/** The step id of a call that runs the whole function to find its next steps. */
export const DISCOVERY_STEP_ID = "step";

/** The result of one step, as it is replayed to the function. */
export type StepMemo = {
  id: string;
  /** The result as JSON in the SDK's memo format: `{"data":…}`, `{"error":…}`, `null` or an event. */
  memo: string;
  /** The memo in the canonical form JCS, made when it is first needed. */
  canonical?: string;
};

/** One leased call: the data that the SDK needs, and the token that fences its result. */
export type LeasedCall = {
  itemId: string;
  token: string;
  runId: string;
  functionId: string;
  lane: string;
  stepId: string;
  /** The number of the try, 0 for the first. */
  attempt: number;
  /** How often a process died or stalled while it held this item. */
  lost: number;
  forcePlan: boolean;
  eventIds: string[];
  events: EngineEvent[];
  steps: StepMemo[];
  /** Whether the steps must be read again before the call. */
  stepsStale: boolean;
  calledAt: number;
};

export type RunError = { name: string; message: string; stack?: string; cause?: unknown };
