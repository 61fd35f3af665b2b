import { z } from "zod";
import { listEventSources } from "@/domain/event-source/registry";
import { ExecutionStatus } from "@/domain/execution";
import { TriggerInput } from "@/domain/trigger";
import { explainSubject } from "@/server/services/explain/explain-subject";
import { explainTriggerForSubject } from "@/server/services/explain/explain-trigger-for-subject";
import { expungeBodiesOfSubject } from "@/server/services/observations/expunge-bodies-of-subject";
import { getObservation } from "@/server/services/observations/get-observation";
import { listObservations } from "@/server/services/observations/list-observations";
import { previewTrigger } from "@/server/services/triggers/preview-trigger";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { TriggerOrActionNameOutput, makePageSchema, PageQuery, DateOutput } from "../schemas";

const tag = "Observations";
const project = "/projects/{projectId}";
const path = `${project}/observations`;
const onePath = `${path}/{observationId}`;

export const ObservationOutput = z.object({
  id: z.string(),
  eventSource: z.string(),
  traceId: z.string().nullable(),
  parentId: z.string().nullable(),
  type: z.string().nullable(),
  name: z.string().nullable(),
  level: z.string().nullable(),
  model: z.string().nullable(),
  environment: z.string().nullable(),
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  startTime: DateOutput.nullable(),
  latency: z.number().nullable().describe("seconds"),
  totalTokens: z.number().nullable(),
  totalCost: z.number().nullable().describe("USD"),
  firstReceivedAt: DateOutput,
  receivedAt: DateOutput,
});

const ExecutionOfObservation = z.object({
  id: z.string(),
  status: ExecutionStatus,
  statusReason: z.string(),
  action: TriggerOrActionNameOutput,
  createdAt: DateOutput,
  finishedAt: DateOutput.nullable(),
});

/**
 * One condition of a filter, with a sentence on its result. `hidden`: the value that it compared comes from a body,
 * which this token may not read.
 */
const Condition = z.object({
  path: z.array(z.number()).describe("the place of the condition in the filter, from the root down"),
  groups: z.array(z.enum(["all", "any", "none"])).describe("the kinds of the groups around it, from the root down"),
  column: z.string(),
  key: z.string().optional(),
  operator: z.string(),
  label: z.string(),
  passed: z.boolean().describe("whether the condition holds"),
  expected: z.boolean().describe("whether the filter needs the condition to hold; false inside one `none` group"),
  reason: z.string(),
  hidden: z.boolean(),
});

export const TriggerOutcomeOutput = z.object({
  trigger: z.object({
    id: z.string(),
    name: z.string(),
    status: z.enum(["ACTIVE", "DISABLED"]),
    version: z.number(),
    deleted: z.boolean(),
  }),
  now: z.object({
    kind: z.string(),
    label: z.string(),
    reason: z.string(),
    sentence: z.string(),
    conditions: z.array(Condition),
    actions: z.array(
      z.object({ action: TriggerOrActionNameOutput, kind: z.string(), label: z.string(), reason: z.string() }),
    ),
  }),
  history: z.array(
    z.object({
      at: DateOutput,
      eventId: z.string(),
      kind: z.string(),
      label: z.string(),
      reason: z.string(),
      triggerVersion: z.number().nullable(),
      action: TriggerOrActionNameOutput.nullable(),
      exact: z.boolean().describe("false: made again from today's state"),
    }),
  ),
  executions: z.array(ExecutionOfObservation),
});

const EventSourceQuery = z.object({ eventSource: z.string().min(1).max(100).optional() });

export const TriggerPreviewOutput = z.object({
  scanned: z.number().describe("stored states that were evaluated, the newest first"),
  from: DateOutput.nullable(),
  to: DateOutput.nullable(),
  matched: z.number(),
  sampledIn: z.number(),
  perDay: z.object({ matched: z.number(), sampledIn: z.number() }).nullable().describe("null with too few states"),
  warning: z.string().nullable(),
  problem: z.string().nullable().describe("why the filter cannot be evaluated"),
  contradiction: z.object({ path: z.array(z.number()), reason: z.string() }).nullable(),
  matches: z
    .array(z.object({ id: z.string(), name: z.string().nullable(), receivedAt: DateOutput, sampledIn: z.boolean() }))
    .describe("the newest 20"),
});

export const observationEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listObservations",
      method: "GET",
      path,
      tag,
      summary: "Lists the observations of a project, latest receipt first",
      permission: "project:read",
      query: PageQuery.extend({
        ...EventSourceQuery.shape,
        search: z.string().trim().max(200).optional().describe("part of an id, a name or a trace id"),
        level: z.array(z.string().max(200)).max(50).optional().describe("one or more, separated by commas"),
        type: z.array(z.string().max(200)).max(50).optional().describe("one or more, separated by commas"),
      }),
      answer: makePageSchema(ObservationOutput),
    },
    (context, { query }) => listObservations(context, query),
  ),
  makeEndpointInProject(
    {
      id: "getObservation",
      method: "GET",
      path: onePath,
      tag,
      summary: "Returns an observation with its latest state",
      permission: "project:read",
      query: EventSourceQuery,
      answer: ObservationOutput.extend({
        state: z
          .string()
          .nullable()
          .describe("JSON text, which keeps every digit; without the scope bodies it lacks input, output and metadata"),
        bodiesVisible: z.boolean(),
        executions: z.array(ExecutionOfObservation.extend({ trigger: TriggerOrActionNameOutput })),
      }),
    },
    (context, { params, query }) => getObservation(context, { ...query, observationId: params.observationId! }),
  ),
  makeEndpointInProject(
    {
      id: "explainSubject",
      method: "GET",
      path: `${onePath}/explanation`,
      tag,
      summary: "Explains why each trigger did or did not fire for an observation",
      permission: "project:read",
      query: EventSourceQuery,
      answer: z.object({
        triggers: z.array(TriggerOutcomeOutput),
        more: z.number().describe("triggers beyond the first 100"),
      }),
    },
    (context, { params, query, signal }) =>
      explainSubject(context, { ...query, observationId: params.observationId! }, signal),
  ),
  makeEndpointInProject(
    {
      id: "explainTrigger",
      method: "GET",
      path: `${project}/triggers/{triggerId}/explanation`,
      tag,
      summary: "Explains why one trigger did or did not fire for an observation",
      permission: "project:read",
      query: z.object({ observationId: z.string().min(1).max(1_000) }),
      answer: TriggerOutcomeOutput.extend({
        found: z.boolean().describe("whether the observation is known"),
        hint: z.string().nullable().describe("the likeliest reason why the trigger decided nothing"),
      }),
    },
    (context, { params, query, signal }) =>
      explainTriggerForSubject(context, { triggerId: params.triggerId!, sourceId: query.observationId }, signal),
  ),
  makeEndpointInProject(
    {
      id: "expungeBodies",
      method: "DELETE",
      path: `${onePath}/bodies`,
      tag,
      summary: "Removes the bodies of an observation, in every copy",
      permission: "body:expunge",
      query: EventSourceQuery,
      answer: null,
    },
    (context, { params, query }) => expungeBodiesOfSubject(context, { ...query, observationId: params.observationId! }),
  ),
  makeEndpointInProject(
    {
      id: "previewTrigger",
      method: "POST",
      path: `${project}/preview`,
      tag,
      summary: "Evaluates a trigger over the latest stored observations, and saves nothing",
      permission: "project:read",
      body: TriggerInput.pick({ eventSource: true, filter: true, samplingRate: true, samplingBy: true }).extend({
        triggerId: z.string().min(1).max(100).optional().describe("sampling hashes the id of the trigger"),
        limit: z.number().int().min(1).max(10_000).default(500).describe("observations to evaluate"),
      }),
      answer: TriggerPreviewOutput,
    },
    (context, { body, signal }) => previewTrigger(context, body, signal),
  ),
  makeEndpointInProject(
    {
      id: "listEventSources",
      method: "GET",
      path: `${project}/event-sources`,
      tag,
      summary: "Lists the event sources with the columns that filters may use",
      permission: "project:read",
      answer: makePageSchema(
        z.object({
          name: z.string(),
          label: z.string(),
          description: z.string(),
          columns: z.array(
            z.object({
              id: z.string(),
              label: z.string(),
              type: z.string(),
              description: z.string().optional(),
              nullable: z.boolean().optional(),
              isBody: z.boolean().optional(),
              unit: z.string().optional(),
            }),
          ),
        }),
      ),
    },
    () =>
      Promise.resolve({
        items: listEventSources().map((source) => ({ ...source, columns: [...source.columns] })),
        nextCursor: null,
      }),
  ),
];
