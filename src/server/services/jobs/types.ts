import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import type { Wake } from "../deliveries/wake";

export type JobKindName = "backfill" | "resend" | "end_waiting";
/** Those that people start, pause and cancel. */
export type PeoplesJobKind = Exclude<JobKindName, "end_waiting">;

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
  /** the last row that was looked at; null where there was none; "start": the next chunk begins anew */
  cursor: { at: Date; id: string } | "start" | null;
  /** nothing is left */
  isDone: boolean;
  /** of executions that wait: asked for after the commit */
  wakes: Wake[];
  /** no room before then, whatever the rate; the reason is shown */
  waitUntil?: { at: Date; reason: string };
};

/** A kind of job: what one chunk of it does, inside the transaction that moves the job on. */
export type JobKind = {
  /** otherwise a job fails once its project is deleted */
  runsInDeletedProjects?: boolean;
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
