import { z } from "zod";
import { OwnPriceInput } from "@/domain/model-prices/model-price";
import { createModelPrice } from "@/server/services/model-prices/create-model-price";
import { removeModelPrice } from "@/server/services/model-prices/remove-model-price";
import { updateModelPrice } from "@/server/services/model-prices/update-model-price";
import { listModelPrices } from "@/server/services/model-prices/list-model-prices";
import { projectProcedure, router } from "../init";

const Id = z.object({ id: z.string().max(100) });

export const modelPriceRouter = router({
  list: projectProcedure
    .input(z.object({ search: z.string().max(200).default("") }))
    .query(({ ctx, input }) => listModelPrices(ctx.project, input)),
  create: projectProcedure.input(OwnPriceInput).mutation(({ ctx, input }) => createModelPrice(ctx.project, input)),
  update: projectProcedure
    .input(OwnPriceInput.extend(Id.shape))
    .mutation(({ ctx, input }) => updateModelPrice(ctx.project, input)),
  remove: projectProcedure.input(Id).mutation(({ ctx, input }) => removeModelPrice(ctx.project, input)),
});
