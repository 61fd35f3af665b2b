import { readPersonIdOfActor } from "@/domain/actor";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";
import type { JobRunRequest } from "./request-job-runs";
import type { JobKindName } from "./types";

export type JobToStore = {
  kind: JobKindName;
  subjectId: string | null;
  params: object;
  ratePerMinute: number;
  /** how many rows the job shall process */
  total: number;
};

/** Stores a running job in the caller's transaction. After the commit, the caller asks the engine to run the job. */
export async function storeJob(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { params, ...job }: JobToStore,
): Promise<JobRunRequest> {
  const [id, now] = [newId("job"), ctx.now()];
  await tx.job.create({
    data: {
      id,
      projectId: ctx.projectId,
      ...job,
      params: params as Prisma.InputJsonObject,
      statusReason: "",
      generation: 1,
      wakeAt: now,
      createdById: readPersonIdOfActor(ctx.actor),
      createdByLabel: ctx.actor.label,
      createdAt: now,
      updatedAt: now,
    },
    select: { id: true },
  });
  return { id, generation: 1 };
}
