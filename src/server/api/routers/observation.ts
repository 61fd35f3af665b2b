import { z } from "zod";
import { explainSubject } from "@/server/services/explain/explain-subject";
import { PageInput } from "@/server/services/keyset";
import { suggestColumnValues } from "@/server/services/observations/suggest-column-values";
import { countObservationLevels } from "@/server/services/observations/count-observation-levels";
import { expungeBodiesOfSubject } from "@/server/services/observations/expunge-bodies-of-subject";
import { ObservationFilters } from "@/server/services/observations/filter-observations";
import { getObservation } from "@/server/services/observations/get-observation";
import { listObservations } from "@/server/services/observations/list-observations";
import { resendObservation } from "@/server/services/observations/resend-observation";
import { sendSampleEvent } from "@/server/services/observations/send-sample-event";
import { projectProcedure, router } from "../init";

const EventSourceName = z.string().min(1).max(100).optional();
const OneObservation = z.object({ observationId: z.string().min(1).max(1_000), eventSource: EventSourceName });

export const observationRouter = router({
  list: projectProcedure
    .input(PageInput.extend(ObservationFilters.shape))
    .query(({ ctx, input }) => listObservations(ctx.project, input)),
  counts: projectProcedure
    .input(ObservationFilters)
    .query(({ ctx, input }) => countObservationLevels(ctx.project, input)),
  get: projectProcedure.input(OneObservation).query(({ ctx, input }) => getObservation(ctx.project, input)),
  explain: projectProcedure
    .input(OneObservation)
    .query(({ ctx, input, signal }) => explainSubject(ctx.project, input, signal)),
  /** Matches the stored state of an observation with the triggers once more. */
  send: projectProcedure.input(OneObservation).mutation(({ ctx, input }) => resendObservation(ctx.project, input)),
  /** Sends the sample event of an event source, with a new id, so that a person can try triggers. */
  sendSample: projectProcedure
    .input(z.object({ eventSource: EventSourceName }))
    .mutation(({ ctx, input }) => sendSampleEvent(ctx.project, input)),
  expunge: projectProcedure
    .input(OneObservation)
    .mutation(({ ctx, input }) => expungeBodiesOfSubject(ctx.project, input)),
  columnValues: projectProcedure
    .input(
      z.object({
        eventSource: z.string().max(100),
        column: z.string().max(100),
        key: z.string().max(512).optional(),
        query: z.string().max(200).optional(),
      }),
    )
    .query(({ ctx, input }) => suggestColumnValues(ctx.project, input)),
});
