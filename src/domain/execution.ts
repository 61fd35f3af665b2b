import { z } from "zod";

/**
 * A PENDING execution waits for its turn, its delay or a retry. A RUNNING one has an attempt on the wire. A COMPLETED
 * one was delivered. An ERROR one gave up. A CANCELLED one stopped matching, lost its trigger, action or project, or
 * was cancelled by a person. A SKIPPED one met an action that is off or a full hourly cap.
 */
export const ExecutionStatus = z.enum(["PENDING", "RUNNING", "COMPLETED", "ERROR", "CANCELLED", "SKIPPED"]);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/** A move of an execution from one status to another. */
export type Move =
  /** an attempt starts */
  | "claim"
  /** the attempt succeeded */
  | "succeed"
  /** the attempt failed and another follows */
  | "retry"
  /** the attempt failed, or cannot be made, and none follows */
  | "fail"
  /** the execution no longer matches, its trigger, action or project was deleted, or a person cancelled it */
  | "cancel"
  /** a cancel was asked for while the attempt was under way, and the attempt did not succeed */
  | "abandon"
  /** its action is off */
  | "skip"
  /** the process that made the attempt is gone; the outcome is unknown */
  | "lease_expired"
  /** the observation matches again, which undoes an automatic cancel before any attempt */
  | "rearm"
  /** the project has used up its time for templates: the attempt was not sent */
  | "put_back"
  /** a person resends or replays the execution */
  | "resend";

/** The allowed moves. Every other pair of status and move is refused. */
const moves: Record<ExecutionStatus, Partial<Record<Move, ExecutionStatus>>> = {
  PENDING: { claim: "RUNNING", fail: "ERROR", cancel: "CANCELLED", skip: "SKIPPED" },
  RUNNING: {
    succeed: "COMPLETED",
    retry: "PENDING",
    fail: "ERROR",
    abandon: "CANCELLED",
    lease_expired: "PENDING",
    put_back: "PENDING",
  },
  COMPLETED: { resend: "PENDING" },
  ERROR: { resend: "PENDING" },
  CANCELLED: { rearm: "PENDING", resend: "PENDING" },
  SKIPPED: { resend: "PENDING" },
};

/** The statuses that only a resend or re-arming leaves. */
export const TERMINAL: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>([
  "COMPLETED",
  "ERROR",
  "CANCELLED",
  "SKIPPED",
]);

/** Tells whether an execution of this status stays as it is until a resend or re-arming. */
export const isTerminal = (status: ExecutionStatus): boolean => TERMINAL.has(status);

/** Returns the status after a move, or null if the move is not allowed. */
export const transition = (from: ExecutionStatus, move: Move): ExecutionStatus | null => moves[from][move] ?? null;

/** A move that the table does not allow. */
export class TransitionError extends Error {
  readonly from: ExecutionStatus;
  readonly move: Move;
  constructor(from: ExecutionStatus, move: Move) {
    super(`An execution that is ${from} cannot take the move "${move}".`);
    this.name = "TransitionError";
    this.from = from;
    this.move = move;
  }
}

/**
 * Returns the status after a move.
 * @throws TransitionError if the move is not allowed
 */
export function assertTransition(from: ExecutionStatus, move: Move): ExecutionStatus {
  const to = transition(from, move);
  if (!to) throw new TransitionError(from, move);
  return to;
}

/** Returns the statuses that allow a move. */
export const statusesThatAllow = (move: Move): ExecutionStatus[] =>
  ExecutionStatus.options.filter((status) => moves[status][move]);
