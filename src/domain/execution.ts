import { z } from "zod";

/**
 * The statuses of an execution. PENDING: it waits for its turn, its delay or a retry. RUNNING: an attempt is on the
 * wire. COMPLETED: it was delivered. ERROR: it gave up. CANCELLED: it stopped matching, a person cancelled it, or its
 * trigger, action or project was deleted. SKIPPED: its action was off, or the hourly cap was full.
 */
export const ExecutionStatus = z.enum(["PENDING", "RUNNING", "COMPLETED", "ERROR", "CANCELLED", "SKIPPED"]);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/** A change of an execution from one status to another. */
export type ExecutionMove =
  /** an attempt starts */
  | "claim"
  /** the attempt succeeded */
  | "succeed"
  /** the attempt failed, and another attempt follows */
  | "retry"
  /** the attempt failed or could not be made, and no attempt follows */
  | "fail"
  /**
   * the execution waits, and it no longer matches, its trigger, action or project was deleted, or a person cancelled it
   */
  | "cancel"
  /** somebody asked for a cancel during the attempt, and the attempt did not succeed */
  | "abandon"
  /** ends the execution without a request, because its action is off */
  | "skip"
  /** the process that made the attempt is gone, so the outcome is unknown */
  | "lease_expired"
  /** the subject matches again, which undoes an automatic cancel if no attempt was made */
  | "rearm"
  /** the attempt was not sent: the project has used up its time for templates, or the claim failed half-way */
  | "put_back"
  /** a person resends or replays the execution */
  | "resend";

/** The allowed moves of each status. Every other move is refused. */
const moves: Record<ExecutionStatus, Partial<Record<ExecutionMove, ExecutionStatus>>> = {
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

/** The statuses that an execution leaves only by a resend or by re-arming. */
export const TERMINAL_STATUSES: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>([
  "COMPLETED",
  "ERROR",
  "CANCELLED",
  "SKIPPED",
]);

export const isTerminalStatus = (status: ExecutionStatus): boolean => TERMINAL_STATUSES.has(status);

/** Returns the status after a move, or null if the move is not allowed. */
export const findStatusAfterMove = (from: ExecutionStatus, move: ExecutionMove): ExecutionStatus | null =>
  moves[from][move] ?? null;

/** The error of a move that is not allowed from the execution's status. */
export class ForbiddenMoveError extends Error {
  readonly from: ExecutionStatus;
  readonly move: ExecutionMove;
  constructor(from: ExecutionStatus, move: ExecutionMove) {
    super(`An execution that is ${from} cannot take the move "${move}".`);
    this.name = "ForbiddenMoveError";
    this.from = from;
    this.move = move;
  }
}

/**
 * Returns the status after a move.
 * @throws ForbiddenMoveError if the move is not allowed
 */
export function requireStatusAfterMove(from: ExecutionStatus, move: ExecutionMove): ExecutionStatus {
  const to = findStatusAfterMove(from, move);
  if (!to) throw new ForbiddenMoveError(from, move);
  return to;
}
