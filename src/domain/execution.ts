import { z } from "zod";

/**
 * PENDING waits for its turn, its delay or a retry. RUNNING has an attempt on the wire. COMPLETED was delivered.
 * ERROR gave up. CANCELLED stopped matching, was deleted, or a person ended it. SKIPPED found its action off, or no room.
 */
export const ExecutionStatus = z.enum(["PENDING", "RUNNING", "COMPLETED", "ERROR", "CANCELLED", "SKIPPED"]);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/** What moves an execution from one status to another. */
export type Move =
  /** an attempt starts */
  | "claim"
  /** the attempt succeeded */
  | "succeed"
  /** the attempt failed and another follows */
  | "retry"
  /** the attempt failed, or cannot be made, and none follows */
  | "fail"
  /** it no longer matches, was deleted, or a person ended it */
  | "cancel"
  /** a cancel was asked for while the attempt was under way, and the attempt did not succeed */
  | "abandon"
  /** its action is off */
  | "skip"
  /** whoever made the attempt is gone; what came of it is unknown */
  | "lease_expired"
  /** an automatic cancel before any attempt is undone: it matches again */
  | "rearm"
  /** its body has to wait for its project's time for templates: the attempt was not sent */
  | "put_back"
  /** a person sends it again, or makes up for what was skipped */
  | "resend";

/** Every move that is allowed; all other pairs are refused. */
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

/** Statuses that nothing but a resend or re-arming leaves. */
export const TERMINAL: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>([
  "COMPLETED",
  "ERROR",
  "CANCELLED",
  "SKIPPED",
]);

/** Whether nothing happens to it by itself any more. */
export const isTerminal = (status: ExecutionStatus): boolean => TERMINAL.has(status);

/** The status a move leads to, or null where it is not allowed. */
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

/** @throws TransitionError */
export function assertTransition(from: ExecutionStatus, move: Move): ExecutionStatus {
  const to = transition(from, move);
  if (!to) throw new TransitionError(from, move);
  return to;
}

/** Statuses from which a move is allowed. */
export const statusesThatAllow = (move: Move): ExecutionStatus[] =>
  ExecutionStatus.options.filter((status) => moves[status][move]);
