import { personIdOf } from "@/domain/actor";
import type { OwnPriceInput } from "@/domain/model-prices/model-price";
import type { ProjectContext } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { audit } from "../audit";

/** The most own prices of a project. A batch may search all of them for each model. */
const OWN_PRICES_MAX = 500;

/**
 * Makes a project's own price. It counts for observations that arrive from now on.
 * @throws AppError CONFLICT if the project has 500
 */
export async function createModelPrice(ctx: ProjectContext, input: OwnPriceInput): Promise<{ id: string }> {
  requirePermission(ctx, "price:manage");
  const id = newId("prc");
  await ctx.db.$transaction(async (tx) => {
    // The lock lets no other transaction create a price in this project, so the count stays right.
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    if ((await tx.modelPrice.count({ where: { projectId: ctx.projectId } })) >= OWN_PRICES_MAX)
      throw new AppError("CONFLICT", `This project has ${OWN_PRICES_MAX} own prices. Remove one that is not needed.`);
    const createdById = personIdOf(ctx.actor);
    await tx.modelPrice.create({ data: { id, projectId: ctx.projectId, createdById, ...rowOf(input) } });
    await audit(ctx, tx, {
      action: "modelPrice.create",
      targetId: id,
      summary: `Created a price for ${input.pattern}: ${inWords(input)}`,
    });
  });
  return { id };
}

/** Changes a project's own price. @throws AppError NOT_FOUND */
export async function updateModelPrice(ctx: ProjectContext, { id, ...input }: OwnPriceInput & { id: string }) {
  requirePermission(ctx, "price:manage");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.modelPrice.updateMany({ where: { id, projectId: ctx.projectId }, data: rowOf(input) });
    if (count === 0) throw notFound("price");
    await audit(ctx, tx, {
      action: "modelPrice.update",
      targetId: id,
      summary: `Changed the price for ${input.pattern}: ${inWords(input)}`,
    });
  });
}

/** Removes a project's own price, so that the built-in price of the model counts again. @throws AppError NOT_FOUND */
export async function removeModelPrice(ctx: ProjectContext, { id }: { id: string }): Promise<void> {
  requirePermission(ctx, "price:manage");
  await ctx.db.$transaction(async (tx) => {
    const price = await tx.modelPrice.findFirst({ where: { id, projectId: ctx.projectId }, select: { pattern: true } });
    if (!price) throw notFound("price");
    await tx.modelPrice.deleteMany({ where: { id, projectId: ctx.projectId } });
    await audit(ctx, tx, {
      action: "modelPrice.remove",
      targetId: id,
      summary: `Removed the price for ${price.pattern}`,
    });
  });
}

const rowOf = ({ pattern, rates, validFrom }: OwnPriceInput) => ({ pattern, rates, validFrom: validFrom ?? null });

const inWords = ({ rates, validFrom }: OwnPriceInput): string => {
  const list = Object.entries(rates).map(([name, rate]) => `${name} ${rate}`);
  const from = validFrom ? `, from ${validFrom.toISOString().slice(0, 10)} on` : "";
  return `${list.join(", ")} USD a million tokens${from}`;
};
