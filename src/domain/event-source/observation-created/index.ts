import type { EventSource } from "../event-source";
import { observationColumns } from "./columns";
import { sample } from "./sample";
import { ObservationCreated } from "./schema";
import { actionInput, jsonTexts, shown, summary, withoutBodies } from "./summary";

/** One step of an LLM application, sent again under the same id as it grows. */
export const observationCreated: EventSource<ObservationCreated> = {
  name: "observation.created",
  label: "Observation created or updated",
  description: "A generation, span, event, tool or agent call of an LLM application, as it starts and as it grows.",
  noun: { one: "observation", many: "observations" },
  payload: ObservationCreated,
  sourceId: ({ observation }) => observation.id,
  updatedAt: ({ observation }) => (observation.updatedAt ? new Date(observation.updatedAt) : null),
  hasEnded: ({ observation }) => Boolean(observation.endTime),
  columns: observationColumns,
  links: ({ observation }) => ({
    traceId: observation.traceId || null,
    sessionId: observation.sessionId || null,
  }),
  sample,
  summary,
  shown,
  withoutBodies,
  jsonTexts,
  actionInput,
};
