import { readPersonIdOfActor } from "@/domain/actor";
import type { OwnPriceInput } from "@/domain/model-prices/model-price";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { formatOwnPrice, makeModelPriceRow } from "./model-price-row";

/** A project may have at most this many own prices, because each batch searches all of them for each model. */
const OWN_PRICES_MAX = 500;

/**
 * Creates a project's own price for models. The price applies to observations that arrive after its creation. With
 * `validFrom`, it applies only to those that started at or after that time. Without a start, the receipt counts.
 * @throws AppError CONFLICT if the project has 500 own prices
 */
export async function createModelPrice(ctx: ProjectContext, input: OwnPriceInput): Promise<{ id: string }> {
  requirePermission(ctx, "price:manage");
  const id = newId("prc");
  await ctx.db.$transaction(async (tx) => {
    // The lock makes other transactions that create a price in this project wait, so that the count stays correct.
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    if ((await tx.modelPrice.count({ where: { projectId: ctx.projectId } })) >= OWN_PRICES_MAX)
      throw new AppError("CONFLICT", `This project has ${OWN_PRICES_MAX} own prices. Remove one that is not needed.`);
    const createdById = readPersonIdOfActor(ctx.actor);
    await tx.modelPrice.create({ data: { id, projectId: ctx.projectId, createdById, ...makeModelPriceRow(input) } });
    await writeAuditEntry(ctx, tx, {
      action: "modelPrice.create",
      targetId: id,
      summary: `Created a price for ${input.pattern}: ${formatOwnPrice(input)}`,
    });
  });
  return { id };
}
