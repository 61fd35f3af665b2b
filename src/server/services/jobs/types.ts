import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionWake } from "../wakes/wake-actions";

export type JobKindName = "backfill" | "resend" | "send_now" | "cancel" | "end_waiting";
/** The kinds of jobs that people start, pause and cancel. */
export type PersonJobKind = Exclude<JobKindName, "end_waiting">;

/** The stored data of a running job that a chunk of its work needs. */
export type RunningJob = {
  id: string;
  projectId: string;
  subjectId: string | null;
  /** JSON that is not parsed yet */
  params: unknown;
  /** the position of the last row that the previous chunk processed; null to begin at the first row */
  cursor: { at: Date; id: string } | null;
  createdByLabel: string;
};

export type JobChunkResult = {
  processed: number;
  matched: number;
  /** the number of executions that the chunk created, sent again or woke; 0 for jobs that only cancel */
  created: number;
  /**
   * the position of this chunk's last row, where the next chunk continues; null if the chunk had no row; "start" to
   * begin again at the first row
   */
  cursor: { at: Date; id: string } | "start" | null;
  /** whether the job has no work left */
  isDone: boolean;
  /** wakes for the executions that the chunk made due; the caller requests the wakes after the commit */
  wakes: ActionWake[];
  /** the earliest time of the next chunk, if the job must wait longer than its rate demands; people see `reason` */
  waitUntil?: { at: Date; reason: string };
};

/**
 * Runs jobs of one kind, chunk by chunk. `runChunk` does a part of a job's work, in the transaction that also saves the
 * job's progress.
 */
export type JobKindRunner = {
  /** whether the job goes on after its project was deleted; otherwise the job fails */
  runsInDeletedProjects?: boolean;
  /**
   * @param max the most executions that the chunk may create or send again
   * @throws JobError if the job cannot continue
   */
  runChunk(
    ctx: ServiceContext,
    tx: DatabaseOrTransaction,
    input: { job: RunningJob; max: number },
  ): Promise<JobChunkResult>;
};

/** Thrown by a chunk to end its job as FAILED. People read the message. */
export class JobError extends Error {
  override readonly name = "JobError";
}
