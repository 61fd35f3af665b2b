import type { OwnPriceInput } from "@/domain/model-prices/model-price";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { formatOwnPrice, makeModelPriceRow } from "./model-price-row";

/** Changes a project's own price. @throws AppError NOT_FOUND */
export async function updateModelPrice(ctx: ProjectContext, { id, ...input }: OwnPriceInput & { id: string }) {
  requirePermission(ctx, "price:manage");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.modelPrice.updateMany({
      where: { id, projectId: ctx.projectId },
      data: makeModelPriceRow(input),
    });
    if (count === 0) throw makeNotFoundError("price");
    await writeAuditEntry(ctx, tx, {
      action: "modelPrice.update",
      targetId: id,
      summary: `Changed the price for ${input.pattern}: ${formatOwnPrice(input)}`,
    });
  });
}
