import { z } from "zod";
import { ExecutionStatus } from "@/domain/execution";
import { Filter } from "@/domain/filter/schema";
import { SamplingBy } from "@/domain/sampling";
import { ActionOutput } from "@/server/rest/endpoints/actions";
import { AttemptOutput, ExecutionOutput } from "@/server/rest/endpoints/executions";
import { ObservationOutput, TriggerOutcomeOutput, TriggerPreviewOutput } from "@/server/rest/endpoints/observations";
import { TriggerOutput } from "@/server/rest/endpoints/triggers";
import { makePageSchema, DateOutput } from "@/server/rest/schemas";
import { getAction } from "@/server/services/actions/get-action";
import { listActions } from "@/server/services/actions/list-actions";
import { getExecution } from "@/server/services/executions/get-execution";
import { listExecutions } from "@/server/services/executions/list-executions";
import { explainSubject } from "@/server/services/explain/explain-subject";
import { explainTriggerForSubject } from "@/server/services/explain/explain-trigger-for-subject";
import { getObservation } from "@/server/services/observations/get-observation";
import { listObservations } from "@/server/services/observations/list-observations";
import { getProjectProblems } from "@/server/services/overview/get-project-problems";
import { getOverview } from "@/server/services/overview/get-overview";
import { getTrigger } from "@/server/services/triggers/get-trigger";
import { listTriggers } from "@/server/services/triggers/list-triggers";
import { previewTrigger } from "@/server/services/triggers/preview-trigger";
import { mcpPageInput, defineMcpTool, type McpTool } from "./tool";

const reading = { permission: "project:read", writes: false } as const;
const id = (what: string) => z.string().min(1).max(1_000).describe(`the id of ${what}`);
const ATTEMPTS_MAX = 10;
const TRIGGERS_MAX = 20;

const TriggerRow = TriggerOutput.pick({ id: true, key: true, name: true, sentence: true, status: true, problem: true });
const ActionRow = ActionOutput.pick({
  id: true,
  key: true,
  name: true,
  type: true,
  problem: true,
  disabledAt: true,
  pausedAt: true,
});
const Handled = { handle: z.string().describe("resend_execution and cancel_execution take it") };
const ExecutionRow = ExecutionOutput.pick({
  id: true,
  trigger: true,
  action: true,
  sourceId: true,
  status: true,
  statusReason: true,
  wait: true,
  dueAt: true,
  attemptCount: true,
  createdAt: true,
}).extend(Handled);

const configuration: readonly McpTool[] = [
  defineMcpTool(
    {
      ...reading,
      name: "list_triggers",
      title: "List triggers",
      description: "Lists the triggers of the project, newest first, each with its filter in plain English.",
      input: { ...mcpPageInput, search: z.string().max(200).optional().describe("part of a name or description") },
      answer: makePageSchema(TriggerRow),
      hasForeignText: false,
    },
    ({ project, input }) => listTriggers(project, input),
  ),
  defineMcpTool(
    {
      ...reading,
      name: "get_trigger",
      title: "Get a trigger",
      description: "Returns one trigger with its filter tree, sampling, delay and actions.",
      input: { triggerId: id("a trigger") },
      answer: TriggerOutput,
      hasForeignText: false,
    },
    ({ project, input }) => getTrigger(project, input),
  ),
  defineMcpTool(
    {
      ...reading,
      name: "list_actions",
      title: "List actions",
      description: "Lists the actions of the project, newest first. A trigger runs one or more of them.",
      input: mcpPageInput,
      answer: makePageSchema(ActionRow),
      hasForeignText: false,
    },
    ({ project, input }) => listActions(project, input),
  ),
  defineMcpTool(
    {
      ...reading,
      name: "get_action",
      title: "Get an action",
      description: "Returns one action. Secrets are never in it, and its URL is masked.",
      input: { actionId: id("an action") },
      answer: ActionOutput,
      hasForeignText: false,
    },
    ({ project, input }) => getAction(project, input),
  ),
];

const deliveries: readonly McpTool[] = [
  defineMcpTool(
    {
      ...reading,
      name: "list_executions",
      title: "List executions",
      description:
        "Lists executions, newest first. An execution is one action run for one trigger and one observation.",
      input: {
        ...mcpPageInput,
        status: z.array(ExecutionStatus).max(6).optional(),
        triggerId: z.string().max(100).optional(),
        actionId: z.string().max(100).optional(),
        observationId: z.string().max(1_000).optional(),
      },
      answer: makePageSchema(ExecutionRow),
      hasForeignText: true,
    },
    async ({ project, input: { observationId, ...input }, handles }) => {
      const found = await listExecutions(project, { ...input, sourceId: observationId });
      return { ...found, items: found.items.map((item) => ({ ...item, handle: handles.make(item.id) })) };
    },
  ),
  defineMcpTool(
    {
      ...reading,
      name: "get_execution",
      title: "Get an execution",
      description: "Returns one execution with its newest attempts: what was sent, what came back, and why it stands.",
      input: { executionId: id("an execution") },
      answer: ExecutionRow.extend({
        attempts: z.array(
          AttemptOutput.pick({
            number: true,
            status: true,
            responseStatus: true,
            responseBody: true,
            errorCode: true,
            message: true,
            durationMs: true,
            startedAt: true,
          }),
        ),
        url: z.string(),
      }),
      hasForeignText: true,
    },
    async ({ project, input, handles }) => {
      const found = await getExecution(project, input);
      return { ...found, attempts: found.attempts.slice(-ATTEMPTS_MAX), handle: handles.make(found.id) };
    },
  ),
  defineMcpTool(
    {
      ...reading,
      name: "health",
      title: "Health of the project",
      description:
        "Counts the last 24 hours, and lists the actions and triggers that need attention, with their failures.",
      input: {},
      answer: z.object({
        received: z.number().describe("observations, counted up to 1,000"),
        executions: z.record(z.string(), z.number()).describe("by status, each counted up to 1,000"),
        actions: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            word: z.string().describe("its health in one word"),
            waiting: z.number(),
            lastFailure: z.object({ executionId: z.string(), message: z.string(), at: DateOutput }).nullable(),
          }),
        ),
        triggers: z.array(z.object({ id: z.string(), name: z.string(), problem: z.string() })),
      }),
      hasForeignText: true,
    },
    async ({ project }) => {
      const [overview, attention] = await Promise.all([getOverview(project), getProjectProblems(project, {})]);
      const { received, byStatus } = overview;
      return { received, executions: byStatus, actions: attention.actions, triggers: attention.triggers };
    },
  ),
];

const observations: readonly McpTool[] = [
  defineMcpTool(
    {
      ...reading,
      name: "search_observations",
      title: "Search observations",
      description: "Lists stored observations, latest first, by level, type, or a part of an id, a name or a trace id.",
      input: {
        ...mcpPageInput,
        search: z.string().trim().max(200).optional(),
        level: z.array(z.string().max(200)).max(50).optional(),
        type: z.array(z.string().max(200)).max(50).optional(),
      },
      answer: makePageSchema(
        ObservationOutput.pick({
          id: true,
          name: true,
          type: true,
          level: true,
          model: true,
          traceId: true,
          receivedAt: true,
        }),
      ),
      hasForeignText: true,
    },
    ({ project, input }) => listObservations(project, input),
  ),
  defineMcpTool(
    {
      ...reading,
      name: "get_observation",
      title: "Get an observation",
      description:
        "Returns one observation with its latest state as JSON text. Input, output and metadata need the scope bodies.",
      input: { observationId: id("an observation") },
      answer: ObservationOutput.extend({ state: z.string().nullable(), bodiesVisible: z.boolean() }),
      hasForeignText: true,
    },
    ({ project, input }) => getObservation(project, input),
  ),
  defineMcpTool(
    {
      ...reading,
      name: "why",
      title: "Why did a trigger fire, or not?",
      description: "Explains why one trigger did or did not fire for one observation, condition by condition.",
      input: { observationId: id("an observation"), triggerId: id("a trigger") },
      answer: TriggerOutcomeOutput.extend({ found: z.boolean(), hint: z.string().nullable() }),
      hasForeignText: true,
    },
    ({ project, input, signal }) =>
      explainTriggerForSubject(project, { triggerId: input.triggerId, sourceId: input.observationId }, signal),
  ),
  defineMcpTool(
    {
      ...reading,
      name: "explain",
      title: "Explain an observation",
      description: "Says in one line for each trigger whether it fires for one observation, and why not.",
      input: { observationId: id("an observation") },
      answer: z.object({
        triggers: z.array(
          z.object({ id: z.string(), name: z.string(), status: z.string(), kind: z.string(), reason: z.string() }),
        ),
        more: z.number().describe("triggers that are not listed"),
      }),
      hasForeignText: true,
    },
    async ({ project, input, signal }) => {
      const { triggers, more } = await explainSubject(project, input, signal);
      const shown = triggers.slice(0, TRIGGERS_MAX).map(({ trigger, now }) => ({ ...trigger, ...now }));
      return { triggers: shown, more: more + triggers.length - shown.length };
    },
  ),
  defineMcpTool(
    {
      ...reading,
      name: "preview",
      title: "Preview a filter",
      description:
        "Evaluates a filter over the latest stored observations and saves nothing. Use it before propose_trigger.",
      input: {
        filter: Filter.describe("a tree of groups and conditions, as get_trigger returns it"),
        eventSource: z.string().max(100).default("observation.created"),
        samplingRate: z.number().min(0).max(1).default(1),
        samplingBy: SamplingBy.default("source"),
        limit: z.number().int().min(1).max(2_000).default(500).describe("observations to evaluate"),
      },
      answer: TriggerPreviewOutput,
      hasForeignText: true,
    },
    ({ project, input, signal }) => previewTrigger(project, input, signal),
  ),
];

/** The MCP tools that only read. */
export const readOnlyTools: readonly McpTool[] = [...configuration, ...deliveries, ...observations];
