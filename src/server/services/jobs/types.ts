import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import type { DispatchItem } from "../action-creation/types";

export type JobKindName = "backfill" | "resend";

/** What a chunk has to know of its job. */
export type RunningJob = {
  id: string;
  projectId: string;
  subjectId: string | null;
  /** unparsed */
  params: unknown;
  /** the last row that was looked at */
  cursor: { at: Date; id: string } | null;
  createdByLabel: string;
};

export type ChunkResult = {
  processed: number;
  matched: number;
  /** executions created or sent again */
  created: number;
  /** the last row that was looked at; null where there was none */
  cursor: { at: Date; id: string } | null;
  /** nothing is left */
  isDone: boolean;
  /** to be sent after the commit: executions as they are, or those that were put back to PENDING */
  dispatch: DispatchItem[];
  /** no room before then, whatever the rate; the reason is shown */
  waitUntil?: { at: Date; reason: string };
};

/** A kind of job: what one chunk of it does, inside the transaction that moves the job on. */
export type JobKind = {
  /**
   * @param max executions that it may create or send again
   * @throws JobError where the job cannot go on
   */
  chunk(ctx: ServiceContext, tx: Queryable, job: RunningJob, max: number): Promise<ChunkResult>;
};

/** Ends a job as FAILED, with the reason in words. */
export class JobError extends Error {
  override readonly name = "JobError";
}
