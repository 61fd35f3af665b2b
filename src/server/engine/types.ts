import type { EngineEvent } from "./event";

/** An event as the engine's caller passes it to `ingest`. */
export type IncomingEvent = Envelope & (EventData | WrittenData);

/** An event whose data is a JavaScript value, not yet JSON text. */
export type EventWithParsedData = Envelope & EventData;

type Envelope = {
  /** The id that the sender gave. Within 24 h the same id starts a function without batches only once. */
  id?: string;
  name: string;
  /**
   * The time of the event, in ms since 1970; default: now. A time in the future delays functions without batches until
   * then.
   */
  ts?: number;
  /** The version of the event's payload. The engine ignores it and passes it to functions. */
  v?: string;
  user?: Record<string, unknown>;
};

type EventData = { data: Record<string, unknown>; json?: never };
/** An event whose data is already JSON text, with an owner such as a project. */
type WrittenData = { json: string; owner: string; data?: never };

/** The logger that the engine needs. As in pino, the object comes first and the message second. */
export type EngineLogger = Record<"debug" | "info" | "warn" | "error", (about: object, message: string) => void>;

export type RunStatus = "running" | "completed" | "failed" | "cancelled";

/** The kind of an item of work. `call`: a call of a function. `sleep`: the end of a sleeping step. */
export type WorkItemKind = "call" | "sleep";

/** The step id of a call that runs the function from its start to find its next steps. */
export const DISCOVERY_STEP_ID = "step";

/** The stored result of one step. Later calls of the function receive it, so that the step does not run again. */
export type StepMemo = {
  id: string;
  /** The step's result as JSON in the SDK's form: `{"data":…}` or `{"error":…}`; `null` for a sleep. */
  memo: string;
  /** The step's result as JSON in canonical form (JCS), made at first use. */
  canonical?: string;
};

/**
 * A call of a function that this process has leased: the input of the call, and the token of its lease. The engine
 * accepts a result only with that token.
 */
export type LeasedCall = {
  itemId: string;
  token: string;
  runId: string;
  functionId: string;
  lane: string;
  stepId: string;
  /** How many tries of this call came before; 0 for the first. */
  attempt: number;
  /** How many times a process died or stalled during the current try of this call. */
  lost: number;
  forcePlan: boolean;
  eventIds: string[];
  events: EngineEvent[];
  steps: StepMemo[];
  /** Whether the loaded steps are incomplete, so that they must be read again before the call. */
  stepsStale: boolean;
  calledAt: number;
};

export type RunError = { name: string; message: string; stack?: string; cause?: unknown };
