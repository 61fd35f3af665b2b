import { applyObservationPatch, type PatchEventData } from "../../langfuse-batch/apply-patch";
import { identifyObservationClient, countObservationForClient } from "../../sources/observation-client";
import type { EventSource } from "../event-source";
import { addTraceAttributesToPayload } from "./fill-from-trace";
import { cutEventDataToSize } from "./cut-to-event-size";
import { qualifyIdByTrace } from "./qualify-id-by-trace";
import { columnsShownInObservationList } from "./list-columns";
import { observationColumns } from "./columns";
import { observationNoun } from "./noun";
import { computeObservationCost } from "./computed-cost";
import { reduceToStoredPart } from "./reduce-to-stored-part";
import { makeSampleObservation } from "./sample";
import { ObservationCreated } from "./schema";
import { observationTemplatePresets } from "./template-presets";
import { removeIngestionNotes } from "./remove-ingestion-notes";
import {
  chooseObservationFieldsForAction,
  listJsonTextPaths,
  readStoredObservationFields,
  summarizeObservation,
  removeObservationBodies,
} from "./summary";

/** The event source of observations: steps of an LLM application, sent again under the same id as they grow. */
export const observationCreatedSource: EventSource<ObservationCreated> = {
  name: "observation.created",
  label: "Observation created or updated",
  description: "A generation, span, event, tool or agent call of an LLM application, as it starts and as it grows.",
  noun: observationNoun,
  payload: ObservationCreated,
  applyPatch: (stored, patch) => applyObservationPatch(stored, patch as PatchEventData),
  withoutOwnNotes: removeIngestionNotes,
  cutToEventSize: cutEventDataToSize,
  withTraceAttributes: addTraceAttributesToPayload,
  withComputedCost: computeObservationCost,
  sourceId: ({ observation }) => observation.id,
  qualifyIdByTrace,
  updatedAt: ({ observation }) => (observation.updatedAt ? new Date(observation.updatedAt) : null),
  hasEnded: (payload) => Boolean(payload.observation.endTime) && !isStart(payload),
  isStart,
  columns: observationColumns,
  list: columnsShownInObservationList,
  alikeBy: ["type", "name", "level", "environment"],
  redaction: {
    within: "observation",
    links: ["id", "traceId", "parentObservationId"],
    // A trace without a name gets the name of its root span.
    repeats: { traceName: ["name"], rootName: ["name", "traceName"] },
    copies: ["attributes", "resourceAttributes", "scope", "events", "links"],
  },
  links: ({ observation }) => ({
    traceId: observation.traceId || null,
    sessionId: observation.sessionId || null,
  }),
  sample: makeSampleObservation,
  templatePresets: observationTemplatePresets,
  summary: summarizeObservation,
  ofClient: ({ observation }, { client, isPart }) => ({
    client: identifyObservationClient(observation, client),
    figures: countObservationForClient(observation, { isPart }),
  }),
  shown: readStoredObservationFields,
  withoutBodies: removeObservationBodies,
  reduce: reduceToStoredPart,
  storedPart: ({ kept }) => kept ?? null,
  jsonTexts: listJsonTextPaths,
  actionInput: chooseObservationFieldsForAction,
};

/** Tells whether a span was exported at its start. Such a span has its start time as its end time. */
function isStart({ observation }: ObservationCreated): boolean {
  const ingestion = observation["ingestion"];
  return typeof ingestion === "object" && ingestion !== null && (ingestion as { isOpen?: unknown }).isOpen === true;
}
