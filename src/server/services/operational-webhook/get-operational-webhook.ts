import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { showUrlToReader } from "../show-url-to-reader";

export type OperationalWebhook = {
  url: string;
  last4: string;
  updatedAt: Date;
  /** the latest 20 notices for this webhook, newest first */
  notices: {
    id: string;
    type: string;
    status: string;
    attempts: number;
    message: string | null;
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};

const NOTICES_SHOWN = 20;

/**
 * Returns the operational webhook of a project, which receives notices about failing endpoints; null if the project has
 * none.
 */
export async function getOperationalWebhook(ctx: ProjectContext): Promise<OperationalWebhook | null> {
  requirePermission(ctx, "secret:manage");
  const row = await ctx.db.operationalWebhook.findUnique({
    where: { projectId: ctx.projectId },
    select: { url: true, urlCiphertext: true, last4: true, updatedAt: true },
  });
  if (!row) return null;
  const { url, urlCiphertext, ...shown } = row;
  const notices = await ctx.db.operationalNotice.findMany({
    where: { projectId: ctx.projectId },
    orderBy: { createdAt: "desc" },
    take: NOTICES_SHOWN,
    select: { id: true, type: true, status: true, attempts: true, message: true, createdAt: true, finishedAt: true },
  });
  return { ...shown, url: showUrlToReader(ctx, { masked: url, ciphertext: urlCiphertext }), notices };
}
