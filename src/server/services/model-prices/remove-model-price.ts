import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/**
 * Removes a project's own price. Another own price of the model applies again, or else the built-in one. Without either
 * the model has no price.
 * @throws AppError NOT_FOUND
 */
export async function removeModelPrice(ctx: ProjectContext, { id }: { id: string }): Promise<void> {
  requirePermission(ctx, "price:manage");
  await ctx.db.$transaction(async (tx) => {
    const price = await tx.modelPrice.findFirst({ where: { id, projectId: ctx.projectId }, select: { pattern: true } });
    if (!price) throw makeNotFoundError("price");
    await tx.modelPrice.deleteMany({ where: { id, projectId: ctx.projectId } });
    await writeAuditEntry(ctx, tx, {
      action: "modelPrice.remove",
      targetId: id,
      summary: `Removed the price for ${price.pattern}`,
    });
  });
}
