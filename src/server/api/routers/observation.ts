import { z } from "zod";
import { explainObservation } from "@/server/services/explain/explain";
import { PageInput } from "@/server/services/keyset";
import { columnValues } from "@/server/services/observations/column-values";
import { expungeBodies } from "@/server/services/observations/expunge";
import { getObservation } from "@/server/services/observations/get";
import { listObservations } from "@/server/services/observations/list";
import { projectProcedure, router } from "../init";

const EventSourceName = z.string().min(1).max(100).optional();
const Options = z.array(z.string().max(200)).max(50).optional();

export const observationRouter = router({
  list: projectProcedure
    .input(
      PageInput.extend({
        eventSource: EventSourceName,
        search: z.string().trim().max(200).optional(),
        level: Options,
        type: Options,
      }),
    )
    .query(({ ctx, input }) => listObservations(ctx.project, input)),
  get: projectProcedure
    .input(z.object({ observationId: z.string().min(1).max(1_000), eventSource: EventSourceName }))
    .query(({ ctx, input }) => getObservation(ctx.project, input)),
  explain: projectProcedure
    .input(z.object({ observationId: z.string().min(1).max(1_000), eventSource: EventSourceName }))
    .query(({ ctx, input, signal }) => explainObservation(ctx.project, input, signal)),
  expunge: projectProcedure
    .input(z.object({ observationId: z.string().min(1).max(1_000), eventSource: EventSourceName }))
    .mutation(({ ctx, input }) => expungeBodies(ctx.project, input)),
  columnValues: projectProcedure
    .input(
      z.object({
        eventSource: z.string().max(100),
        column: z.string().max(100),
        key: z.string().max(512).optional(),
        query: z.string().max(200).optional(),
      }),
    )
    .query(({ ctx, input }) => columnValues(ctx.project, input)),
});
