import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/** Revokes an API token of the project. Its next request gets the status 401. */
export async function revokeProjectToken(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "token:manage");
  const token = await ctx.db.apiToken.findFirst({
    where: { id: input.id, projectId: ctx.projectId },
    select: { name: true, last4: true },
  });
  if (!token) throw makeNotFoundError("token");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.apiToken.updateMany({
      where: { id: input.id, projectId: ctx.projectId, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count === 0) return;
    await writeAuditEntry(ctx, tx, {
      action: "token.revoke",
      targetId: input.id,
      summary: `Revoked the API token “${token.name}” (…${token.last4})`,
    });
  });
}
