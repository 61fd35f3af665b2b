import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionWake } from "../wakes/wake-actions";

export type JobKindName = "backfill" | "resend" | "send_now" | "cancel" | "end_waiting";
/** The kinds of jobs that people start, pause and cancel. */
export type PersonJobKind = Exclude<JobKindName, "end_waiting">;

/** The data of a job that its chunk needs. */
export type RunningJob = {
  id: string;
  projectId: string;
  subjectId: string | null;
  /** unparsed */
  params: unknown;
  /** the last row of the previous chunk */
  cursor: { at: Date; id: string } | null;
  createdByLabel: string;
};

export type JobChunkResult = {
  processed: number;
  matched: number;
  /** the number of executions created or sent again */
  created: number;
  /** the last row of this chunk; null if it had no row; "start": the next chunk begins from the start again */
  cursor: { at: Date; id: string } | "start" | null;
  /** whether no work is left */
  isDone: boolean;
  /** wakes of waiting executions, to request after the commit */
  wakes: ActionWake[];
  /** the earliest time of the next chunk, whatever the rate; people see the reason */
  waitUntil?: { at: Date; reason: string };
};

/** A kind of job. `chunk` does one chunk of its work, in the transaction that saves the job's progress. */
export type JobKind = {
  /** whether the job goes on if its project is deleted; otherwise it fails */
  runsInDeletedProjects?: boolean;
  /**
   * @param max the most executions that the chunk may create or send again
   * @throws JobError if the job cannot continue
   */
  chunk(
    ctx: ServiceContext,
    tx: DatabaseOrTransaction,
    input: { job: RunningJob; max: number },
  ): Promise<JobChunkResult>;
};

/** Ends a job as FAILED, with the reason in words. */
export class JobError extends Error {
  override readonly name = "JobError";
}
