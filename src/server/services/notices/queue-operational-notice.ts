import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

type NoticeType = "endpoint.failing" | "endpoint.disabled" | "endpoint.recovered";

export type EndpointNoticeFacts = {
  type: NoticeType;
  /** for people */
  reason: string;
  failingSince: Date | null;
  lastFailure: { executionId: string; message: string } | null;
};

/**
 * Queues a notice for a project's operational webhook, if the project has one. LostWorkWatch soon asks for the run that
 * sends it.
 */
export async function queueOperationalNotice(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  { projectId, actionId, facts, now }: { projectId: string; actionId: string; facts: EndpointNoticeFacts; now: Date },
): Promise<void> {
  const webhook = await tx.operationalWebhook.findUnique({ where: { projectId }, select: { projectId: true } });
  if (!webhook) return;
  const [project, action] = await Promise.all([
    tx.project.findUniqueOrThrow({ where: { id: projectId }, select: { name: true } }),
    tx.actionConfiguration.findUniqueOrThrow({ where: { id: actionId }, select: { name: true } }),
  ]);
  const url = `${ctx.env.appUrl}/projects/${projectId}`;
  const { type, reason, failingSince, lastFailure } = facts;
  const body = JSON.stringify({
    type,
    apiVersion: "v1",
    timestamp: now.toISOString(),
    data: {
      project: { id: projectId, name: project.name },
      action: { id: actionId, name: action.name },
      reason,
      failingSince: failingSince?.toISOString() ?? null,
      lastFailure: lastFailure && { ...lastFailure, url: `${url}/executions/${lastFailure.executionId}` },
      url: `${url}/actions/${actionId}`,
    },
  });
  await tx.operationalNotice.create({
    data: { id: newId("ntc"), projectId, actionId, type, body, dueAt: now, createdAt: now },
    select: { id: true },
  });
}
