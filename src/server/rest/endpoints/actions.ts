import { z } from "zod";
import { getActionType } from "@/domain/action/registry";
import { ConfigurationKey } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { ActionInput } from "@/server/services/actions/action-input";
import { createAction } from "@/server/services/actions/create-action";
import { removeAction } from "@/server/services/actions/remove-action";
import { SecretGracePeriod, rotateSigningSecret } from "@/server/services/actions/rotate-signing-secret";
import { setActionEnabled } from "@/server/services/actions/set-action-enabled";
import { updateAction } from "@/server/services/actions/update-action";
import { probeAction } from "@/server/services/actions/probe-action";
import { sendWaitingExecutionsNow } from "@/server/services/actions/send-waiting-executions-now";
import { setActionPaused } from "@/server/services/actions/set-action-paused";
import { getAction } from "@/server/services/actions/get-action";
import { listActionDetails } from "@/server/services/actions/list-action-details";
import { sendTestEvent, TestEventChoice } from "@/server/services/actions/send-test-event";
import { getActionStatistics, StatisticsRangeHours } from "@/server/services/actions/get-action-statistics";
import { makeEndpointInProject, type RestEndpoint, type ExpectedVersion } from "../endpoint";
import { applyMergePatch } from "../apply-merge-patch";
import { parseRequestValue, refuseUnknownFields, requireVersionMatchesIfMatch } from "../read-request";
import { makePageSchema, PageQuery, DateOutput } from "../schemas";
import { resolveSecretReferences } from "../secret-references";
import { listUnknownFields } from "../unknown-fields";

export const ActionOutput = z.object({
  id: z.string(),
  key: z.string().nullable().describe("its name in files; it stays when the name changes"),
  name: z.string(),
  type: z.string(),
  configuration: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("without secrets: the URL is masked, and a secret header has no value. Sent back, stored secrets stay"),
  version: z.number().int().describe("raised by every change; the ETag"),
  problem: z.string().nullable().describe("why the action cannot be used; null if it can"),
  disabledAt: DateOutput.nullable(),
  disabledReason: z.string().nullable(),
  pausedAt: DateOutput.nullable(),
  secrets: z.array(z.object({ id: z.string(), createdAt: DateOutput, expiresAt: DateOutput.nullable() })),
  createdAt: DateOutput,
  updatedAt: DateOutput,
});
const Changed = ActionOutput.extend({
  warning: z.string().nullable().describe("a doubt about its URL; null without one"),
});
const Created = Changed.extend({
  signingSecret: z.string().nullable().describe("shown in this answer only; null for a type without one"),
});

const tag = "Actions";
const path = "/projects/{projectId}/actions";
const onePath = `${path}/{actionId}`;

const idOf = (params: Record<string, string>): { actionId: string } => ({ actionId: params.actionId! });
/**
 * Replaces references to environment variables in a configuration by their values.
 * @throws ProblemError for a field that the action's type does not have
 */
function withSecrets(project: ProjectContext, action: ActionInput): ActionInput {
  const configuration = resolveSecretReferences(project, action.configuration);
  const type = getActionType(action.type);
  // A client may send back the fields of the safe form. The stored form has the same fields.
  if (type) refuseUnknownFields(listUnknownFields(configuration, [type.input, type.stored], ["configuration"]));
  return { ...action, configuration };
}

/**
 * Replaces a whole action, and returns it. A secret without a value keeps the stored value. A `key` that is left out is
 * removed.
 */
async function replaceAction(
  project: ProjectContext,
  { actionId, action, ifMatch }: { actionId: string; action: ActionInput; ifMatch: ExpectedVersion | null },
) {
  const { version } = await getAction(project, { actionId });
  requireVersionMatchesIfMatch("action", version, ifMatch);
  const { warning } = await updateAction(project, {
    actionId,
    version,
    action: { ...withSecrets(project, action), key: action.key ?? null },
  });
  return { ...(await getAction(project, { actionId })), warning };
}

const changes: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "createAction",
      method: "POST",
      path,
      tag,
      summary: "Creates an action",
      description:
        "The answer shows the signing secret once. " +
        "A URL and a header value may be a reference to an environment variable that the operator allowed.",
      permission: "action:write",
      body: ActionInput,
      readOnly: Created,
      status: 201,
      answer: Created,
      hasVersion: true,
      location: `${path}/{id}`,
    },
    async (project, { body }) => {
      const { id, secret, warning } = await createAction(project, withSecrets(project, body));
      return { ...(await getAction(project, { actionId: id })), warning, signingSecret: secret };
    },
  ),
  makeEndpointInProject(
    {
      id: "replaceAction",
      method: "PUT",
      path: onePath,
      tag,
      summary: "Replaces an action",
      description: "A field that is left out gets its default. A secret without a value keeps the stored one.",
      permission: "action:write",
      body: ActionInput,
      readOnly: Created,
      answer: Changed,
      hasVersion: true,
    },
    (project, { params, body, ifMatch }) =>
      replaceAction(project, { actionId: params.actionId!, action: body, ifMatch }),
  ),
  makeEndpointInProject(
    {
      id: "updateAction",
      method: "PATCH",
      path: onePath,
      tag,
      summary: "Changes some fields of an action",
      description: "A JSON merge patch (RFC 7396): fields that are left out stay, and null resets a field.",
      permission: "action:write",
      body: ActionInput,
      readOnly: Created,
      isPatch: true,
      answer: Changed,
      hasVersion: true,
    },
    async (project, { params, body, ifMatch }) => {
      const before = await getAction(project, idOf(params));
      requireVersionMatchesIfMatch("action", before.version, ifMatch);
      const action = parseRequestValue(ActionInput, applyMergePatch(before, body), "changed action");
      return replaceAction(project, { actionId: before.id, action, ifMatch: before.version });
    },
  ),
  makeEndpointInProject(
    {
      id: "deleteAction",
      method: "DELETE",
      path: onePath,
      tag,
      summary: "Deletes an action and cancels its waiting executions",
      permission: "action:write",
      answer: z.object({ id: z.string(), cancelled: z.number().describe("waiting executions, counted up to 100,000") }),
      hasVersion: true,
    },
    async (project, { params, ifMatch }) => {
      const { version } = await getAction(project, idOf(params));
      return removeAction(project, {
        ...idOf(params),
        version: requireVersionMatchesIfMatch("action", version, ifMatch),
      });
    },
  ),
];

const lever = (
  {
    id,
    name,
    summary,
    permission,
  }: { id: string; name: string; summary: string; permission: "action:write" | "execution:act" },
  run: (project: ProjectContext, input: { actionId: string; version: number | undefined }) => Promise<unknown>,
): RestEndpoint =>
  makeEndpointInProject(
    {
      id,
      method: "POST",
      path: `${onePath}/${name}`,
      tag,
      summary,
      permission,
      answer: ActionOutput,
      hasVersion: true,
    },
    async (project, { params, ifMatch }) => {
      const { version } = await getAction(project, idOf(params));
      await run(project, { ...idOf(params), version: requireVersionMatchesIfMatch("action", version, ifMatch) });
      return getAction(project, idOf(params));
    },
  );

export const actionEndpoints: readonly RestEndpoint[] = [
  makeEndpointInProject(
    {
      id: "listActions",
      method: "GET",
      path,
      tag,
      summary: "Lists the actions of a project, newest first",
      permission: "project:read",
      query: PageQuery.extend({
        search: z.string().trim().max(200).optional().describe("part of a name"),
        key: ConfigurationKey.optional().describe("only the action with this key"),
      }),
      answer: makePageSchema(ActionOutput),
    },
    (project, { query }) => listActionDetails(project, query),
  ),
  makeEndpointInProject(
    {
      id: "getAction",
      method: "GET",
      path: onePath,
      tag,
      summary: "Returns an action",
      permission: "project:read",
      answer: ActionOutput,
      hasVersion: true,
    },
    (project, { params }) => getAction(project, idOf(params)),
  ),
  ...changes,
  lever(
    { id: "enableAction", name: "enable", summary: "Switches an action on", permission: "action:write" },
    (project, input) => setActionEnabled(project, { ...input, enabled: true }),
  ),
  lever(
    {
      id: "disableAction",
      name: "disable",
      summary: "Switches an action off; its waiting executions are skipped",
      permission: "action:write",
    },
    (project, input) => setActionEnabled(project, { ...input, enabled: false }),
  ),
  lever(
    { id: "pauseAction", name: "pause", summary: "Pauses an action; its executions wait", permission: "action:write" },
    (project, input) => setActionPaused(project, { ...input, paused: true }),
  ),
  lever(
    { id: "resumeAction", name: "resume", summary: "Lets a paused action go on", permission: "action:write" },
    (project, input) => setActionPaused(project, { ...input, paused: false }),
  ),
  lever(
    {
      id: "probeAction",
      name: "probe",
      summary: "Ends the pause of a failing endpoint with one request",
      permission: "execution:act",
    },
    probeAction,
  ),
  makeEndpointInProject(
    {
      id: "sendWaitingExecutions",
      method: "POST",
      path: `${onePath}/send-now`,
      tag,
      summary: "Sends the waiting executions of an action now",
      permission: "execution:act",
      answer: z.object({ sent: z.number() }),
    },
    (project, { params }) => sendWaitingExecutionsNow(project, idOf(params)),
  ),
  makeEndpointInProject(
    {
      id: "rotateSigningSecret",
      method: "POST",
      path: `${onePath}/rotate-secret`,
      tag,
      summary: "Makes a new signing secret",
      description: "The answer shows the secret once. The old one also signs until the grace ends.",
      permission: "secret:manage",
      body: z.object({ grace: SecretGracePeriod.default("24h") }),
      answer: z.object({
        signingSecret: z.string().describe("shown in this answer only"),
        oldValidUntil: DateOutput.nullable(),
      }),
    },
    async (project, { params, body }) => {
      const { secret, oldValidUntil } = await rotateSigningSecret(project, { ...idOf(params), grace: body.grace });
      return { signingSecret: secret, oldValidUntil };
    },
  ),
  makeEndpointInProject(
    {
      id: "testAction",
      method: "POST",
      path: `${onePath}/test`,
      tag,
      summary: "Sends a test event to the action's endpoint",
      permission: "execution:act",
      body: z.object({ eventSource: z.string().max(100).optional(), event: TestEventChoice.optional() }),
      answer: z.object({
        ok: z.boolean().describe("whether the endpoint answered with 2xx"),
        request: z.object({
          url: z.string().optional(),
          method: z.string().optional(),
          to: z.string().optional().describe("where it went, if not by HTTP"),
          body: z.string(),
        }),
        response: z.looseObject({ kind: z.enum(["response", "done", "error"]), durationMs: z.number() }),
      }),
    },
    (project, { params, body }) => sendTestEvent(project, { ...body, ...idOf(params) }),
  ),
  makeEndpointInProject(
    {
      id: "getActionStatistics",
      method: "GET",
      path: `${onePath}/statistics`,
      tag,
      summary: "Counts the attempts of the last hours",
      permission: "project:read",
      query: z.object({ hours: z.coerce.number().pipe(StatisticsRangeHours).default(24).describe("24, 168 or 720") }),
      answer: z.object({
        attempts: z.number(),
        succeeded: z.number(),
        successRate: z.number().nullable(),
        p50Ms: z.number().nullable(),
        p95Ms: z.number().nullable(),
        errors: z.record(z.string(), z.number()),
        hours: z.array(z.object({ hour: DateOutput, succeeded: z.number(), failed: z.number() })),
      }),
    },
    (project, { params, query }) => getActionStatistics(project, { ...idOf(params), hours: query.hours }),
  ),
];
