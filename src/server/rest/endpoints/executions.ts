import { z } from "zod";
import { ExecutionStatus } from "@/domain/execution";
import { LastAttemptHttpStatus } from "@/domain/execution-record";
import { waitKinds } from "@/domain/waiting";
import { sendWaitingExecutionsNow } from "@/server/services/actions/send-waiting-executions-now";
import { cancelExecution } from "@/server/services/executions/cancel-execution";
import { resendExecution } from "@/server/services/executions/resend-execution";
import { getExecution } from "@/server/services/executions/get-execution";
import { listExecutions } from "@/server/services/executions/list-executions";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { makeEndpointInProject, type RestEndpoint } from "../endpoint";
import { DateInput, TriggerOrActionNameOutput, makePageSchema, PageQuery, DateOutput } from "../schemas";

const tag = "Executions";
const path = "/projects/{projectId}/executions";
const onePath = `${path}/{executionId}`;

export const ExecutionOutput = z.object({
  id: z.string(),
  trigger: TriggerOrActionNameOutput,
  action: TriggerOrActionNameOutput,
  eventSource: z.string(),
  sourceId: z.string().describe("the id of the observation"),
  status: ExecutionStatus,
  statusReason: z.string().describe("why it has this status, or why it waits"),
  attemptCount: z.number(),
  isResend: z.boolean(),
  dueAt: DateOutput,
  wait: z
    .object({ kind: z.enum(waitKinds), until: DateOutput.nullable() })
    .nullable()
    .describe("why it waits, while it is PENDING"),
  output: LastAttemptHttpStatus,
  error: z.object({ code: z.string().optional(), message: z.string().optional() }).nullable(),
  createdAt: DateOutput,
  startedAt: DateOutput.nullable(),
  finishedAt: DateOutput.nullable(),
});

/** Headers as pairs of name and value, in the order in which they were sent. */
const HeaderPairs = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();

export const AttemptOutput = z.object({
  id: z.string(),
  number: z.number(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "UNKNOWN"]),
  request: z
    .union([
      z.object({ method: z.string(), url: z.string(), headers: HeaderPairs }),
      z.object({ to: z.string() }),
      z.object({ problem: z.string() }),
      z.object({ removed: z.literal(true) }),
    ])
    .describe("secrets are masked"),
  responseStatus: z.number().nullable(),
  responseHeaders: HeaderPairs.nullable(),
  responseBody: z.string().nullable().describe("null without the scope bodies"),
  responseTruncated: z.boolean(),
  errorCode: z.string().nullable(),
  message: z.string().nullable(),
  durationMs: z.number().nullable(),
  startedAt: DateOutput,
  finishedAt: DateOutput.nullable(),
});

const Decision = z.object({
  eventId: z.string(),
  kind: z.string(),
  reason: z.string(),
  triggerVersion: z.number().nullable(),
  createdAt: DateOutput,
});

const Detail = ExecutionOutput.extend({
  triggerVersion: z.number(),
  eventId: z.string(),
  input: z.string().nullable().describe("the bytes that are sent; null without the scope bodies, or once removed"),
  url: z.string().describe("its page in the browser"),
  decisions: z.array(Decision).describe("the newest 50, newest first"),
  can: z.object({ cancel: z.boolean(), resend: z.boolean(), resendRefusal: z.string().nullable() }),
});

const idOf = (params: Record<string, string>): { executionId: string } => ({ executionId: params.executionId! });

export const executionEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listExecutions",
      method: "GET",
      path,
      tag,
      summary: "Lists the executions of a project, newest first",
      permission: "project:read",
      query: PageQuery.extend({
        status: z.array(ExecutionStatus).optional().describe("one or more, separated by commas"),
        triggerId: z.string().max(100).optional(),
        actionId: z.string().max(100).optional(),
        sourceId: z.string().max(1_000).optional().describe("the id of an observation"),
        from: DateInput.optional().describe("created at or after"),
        to: DateInput.optional().describe("created before"),
      }),
      answer: makePageSchema(ExecutionOutput),
    },
    (project, { query }) => listExecutions(project, query),
  ),
  makeEndpointInProject(
    {
      id: "getExecution",
      method: "GET",
      path: onePath,
      tag,
      summary: "Returns an execution with its decisions",
      permission: "project:read",
      answer: Detail,
    },
    (project, { params }) => getExecution(project, idOf(params)),
  ),
  makeEndpointInProject(
    {
      id: "listAttempts",
      method: "GET",
      path: `${onePath}/attempts`,
      tag,
      summary: "Lists the attempts of an execution, oldest first",
      permission: "project:read",
      answer: makePageSchema(AttemptOutput),
    },
    async (project, { params }) => ({ items: (await getExecution(project, idOf(params))).attempts, nextCursor: null }),
  ),
  makeEndpointInProject(
    {
      id: "resendExecution",
      method: "POST",
      path: `${onePath}/resend`,
      tag,
      summary: "Sends a finished execution again, with the same bytes and webhook id",
      permission: "execution:act",
      status: 202,
      answer: Detail,
    },
    async (project, { params }) => {
      await takeUsageFromPersonLimit(project, "resend");
      await resendExecution(project, idOf(params));
      return getExecution(project, idOf(params));
    },
  ),
  makeEndpointInProject(
    {
      id: "cancelExecution",
      method: "POST",
      path: `${onePath}/cancel`,
      tag,
      summary: "Cancels a waiting execution",
      description: "An execution on the wire ends after its attempt.",
      permission: "execution:act",
      status: 202,
      answer: Detail,
    },
    async (project, { params }) => {
      await cancelExecution(project, idOf(params));
      return getExecution(project, idOf(params));
    },
  ),
  makeEndpointInProject(
    {
      id: "sendExecutionNow",
      method: "POST",
      path: `${onePath}/send-now`,
      tag,
      summary: "Ends the delay or the retry wait of an execution",
      permission: "execution:act",
      status: 202,
      answer: Detail,
    },
    async (project, { params }) => {
      const before = await getExecution(project, idOf(params));
      await sendWaitingExecutionsNow(project, { executionIds: [before.id] });
      return getExecution(project, idOf(params));
    },
  ),
];
