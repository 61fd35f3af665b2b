import { parseJson } from "@/domain/json/read-json";
import { z } from "zod";
import type { ActionConfiguration, ActionMessage, AttemptMessageInput } from "@/domain/action/action-type";
import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import { DEFAULT_ACTION_TYPE_NAME } from "@/domain/action/registry";
import { buildEnvelopeText } from "@/domain/action/webhook/envelope";
import type { EventDetailLevel, EventSource } from "@/domain/event-source/event-source";
import { describePayloadError } from "@/domain/event-source/payload-error";
import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import { describeTemplateProblem } from "@/domain/action/webhook/template/template";
import type { HeaderList } from "@/domain/header-list";
import { computeHmacSha256 } from "@/server/crypto";
import { maskSecretHeaders } from "@/domain/mask-secrets";
import type { ProjectContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import { newId } from "@/server/ids";
import { hasPermission, requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireSenderOf } from "../deliveries/senders/registry";
import type { MessageSendResult, MessageDescription } from "../deliveries/senders/sender";
import { takeUsageFromPersonLimit } from "../usage-limits";
import { makeSigningSecretRow } from "./make-signing-secret-row";
import { requireActionType, checkActionConfiguration, requireAvailableActionType } from "./action-configuration";
import { renderTemplateWhilePersonWaits } from "./preview-template";

const TEST_JSON_MAX = 256 * 1024;

export type SendTestEventInput = {
  /** the id of the action to test; if `configuration` is set, the id of the action whose unsaved form is tested */
  actionId?: string | undefined;
  type?: string | undefined;
  configuration?: Record<string, unknown> | undefined;
  eventSource?: string | undefined;
  /** which event to send; unset: the sample of the event source */
  event?: TestEventChoice | undefined;
};

export const TestEventChoice = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sample") }),
  /** the event of a stored subject; without an id, of the latest subject */
  z.object({ kind: z.literal("stored"), id: z.string().trim().min(1).max(1_000).optional() }),
  /** an event that the person wrote: its payload as JSON text */
  z.object({ kind: z.literal("own"), json: z.string().max(TEST_JSON_MAX, "At most 256 KB.") }),
]);
export type TestEventChoice = z.infer<typeof TestEventChoice>;

export type SendTestEventResult = {
  /** the sent request, with masked secrets; readers with the permission `secret:manage` see the whole URL */
  request: MessageDescription & { body: string };
  response:
    | {
        kind: "response";
        status: number;
        headers: HeaderList;
        body: string;
        bodyTruncated: boolean;
        durationMs: number;
      }
    /** the message was handed over by a transport whose receivers send no answer */
    | { kind: "done"; message: string; durationMs: number }
    | { kind: "error"; code: string; message: string; durationMs: number };
  ok: boolean;
  /** whether the test went to the URL of the saved action */
  isSavedUrl: boolean;
};

/**
 * Sends one test event to an action's target, signed like a real delivery, and returns request and response. The event
 * is the sample, a stored subject, or a payload that the person wrote. The audit log records the outcome, and the host
 * or the recipient.
 * @throws AppError TOO_MANY_REQUESTS after 10 tests of a person in a minute over all projects, so that nobody scans
 * hosts with tests
 */
export async function sendTestEvent(ctx: ProjectContext, input: SendTestEventInput): Promise<SendTestEventResult> {
  requirePermission(ctx, "execution:act");
  await takeUsageFromPersonLimit(ctx, "test");

  const { configuration, secrets, isSavedUrl } = await loadTarget(ctx, input);
  requireAvailableActionType(ctx, configuration.type);
  const executionId = newId("exe");
  const body = await bodyOf(ctx, input, {
    template: configuration.template,
    envelope: await envelopeOf(ctx, input, { detail: configuration.detail, executionId }),
  });
  const message = messageOf(configuration, {
    decrypt: ctx.cipher.decrypt,
    hmacSha256: computeHmacSha256,
    secrets,
    executionId,
    triggerId: "test",
    attempt: 1,
    depth: 1,
    timestamp: ctx.now(),
    traceparent: null,
    body,
  });
  const sender = requireSenderOf(message);
  const { isDemo } = await ctx.db.project.findUniqueOrThrow({
    where: { id: ctx.projectId },
    select: { isDemo: true },
  });
  const sent = await sender.send(ctx, message, { projectId: ctx.projectId, isDemo, secrets });
  const request = sender.describe(message, { isWhole: hasPermission(ctx, "secret:manage") });
  const response = responseOf(sent);
  const came = response.kind === "response" ? `${response.status}` : response.kind === "error" ? response.code : "done";
  await writeAuditEntry(ctx, ctx.db, {
    action: "action.test",
    targetId: input.actionId ?? null,
    summary: `Sent a test to ${"url" in request ? new URL(request.url).host : request.to}: ${came}.`,
  });
  return { request: { ...request, body }, response, ok: sent.outcome.kind === "delivered", isSavedUrl };
}

function responseOf({ outcome, message, durationMs, answer }: MessageSendResult): SendTestEventResult["response"] {
  if (outcome.kind !== "error" && answer)
    return {
      kind: "response",
      status: answer.status,
      headers: maskSecretHeaders(answer.headers),
      body: answer.body,
      bodyTruncated: answer.truncated,
      durationMs,
    };
  return outcome.kind === "delivered"
    ? { kind: "done", message, durationMs }
    : { kind: "error", code: outcome.code, message, durationMs };
}

async function loadTarget(
  ctx: ProjectContext,
  input: SendTestEventInput,
): Promise<{ configuration: ActionConfiguration; secrets: string[]; isSavedUrl: boolean }> {
  if (!input.actionId) {
    if (!input.configuration)
      throw new AppError("BAD_REQUEST", "Say what to test: a saved action, or a configuration.", {
        fields: { configuration: "Enter a configuration." },
      });
    const type = requireActionType(input.type ?? DEFAULT_ACTION_TYPE_NAME);
    const { configuration } = await checkActionConfiguration(ctx, { type, input: input.configuration, previous: null });
    return {
      configuration,
      secrets: type.hasSigningSecret ? [makeSigningSecretRow(ctx).secret] : [],
      isSavedUrl: false,
    };
  }
  const action = await ctx.db.actionConfiguration.findFirst({
    where: { id: input.actionId, projectId: ctx.projectId, deletedAt: null },
    select: {
      type: true,
      configuration: true,
      secrets: {
        where: { OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now() } }] },
        orderBy: { createdAt: "desc" },
        select: { ciphertext: true },
      },
    },
  });
  if (!action) throw makeNotFoundError("action");
  const secrets = action.secrets.map(({ ciphertext }) => ctx.cipher.decrypt(ciphertext));
  const saved = readStoredConfiguration(action.type, action.configuration);
  if (input.configuration) {
    const type = requireActionType(action.type);
    const { configuration } = await checkActionConfiguration(ctx, {
      type,
      input: input.configuration,
      previous: action.configuration,
    });
    const isSavedUrl = saved.problem === null && addressOf(ctx, saved.configuration) === addressOf(ctx, configuration);
    return { configuration, secrets, isSavedUrl };
  }
  if (saved.problem !== null)
    throw new AppError("BAD_REQUEST", saved.problem, { fields: { configuration: saved.problem } });
  return { configuration: saved.configuration, secrets, isSavedUrl: true };
}

/** Returns the whole address to which a configuration delivers; null if the address cannot be decrypted. */
function addressOf(ctx: ProjectContext, configuration: ActionConfiguration): string | null {
  try {
    return configuration.target(ctx.cipher.decrypt).address;
  } catch {
    return null;
  }
}

/**
 * Makes the message of a test.
 * @throws AppError BAD_REQUEST if no message can be made from the configuration
 */
function messageOf(configuration: ActionConfiguration, input: AttemptMessageInput): ActionMessage {
  try {
    return configuration.message(input);
  } catch (error) {
    throw new AppError("BAD_REQUEST", `The message could not be made: ${(error as Error).message}.`, { cause: error });
  }
}

/**
 * Makes the body of a test: the rendered template, or the envelope if the action has no template.
 * @throws AppError BAD_REQUEST at the template field if rendering fails; TOO_MANY_REQUESTS if the project has used up
 * its processor time for templates
 */
async function bodyOf(
  ctx: ProjectContext,
  { actionId = "new" }: SendTestEventInput,
  { template, envelope }: { template: string | null; envelope: string },
): Promise<string> {
  if (template === null) return envelope;
  const rendered = await renderTemplateWhilePersonWaits(ctx, { actionId, template, envelope });
  if (rendered.ok) return rendered.body;
  const message = describeTemplateProblem(rendered);
  throw new AppError("BAD_REQUEST", message, { fields: { "configuration.template": message } });
}

async function envelopeOf(
  ctx: ProjectContext,
  { eventSource = DEFAULT_EVENT_SOURCE_NAME, event = { kind: "sample" } }: SendTestEventInput,
  { detail, executionId }: { detail: EventDetailLevel; executionId: string },
): Promise<string> {
  const source = getEventSource(eventSource);
  if (!source)
    throw new AppError("BAD_REQUEST", `There is no event source called ${eventSource}.`, {
      fields: { eventSource: "Choose an event source." },
    });
  const now = ctx.now();
  return buildEnvelopeText({
    source,
    apiVersion: "v1",
    timestamp: now,
    trigger: { id: "test", name: "Test" },
    executionId,
    url: `${ctx.env.appUrl}/projects/${ctx.projectId}/actions`,
    subject: source.actionInput(await payloadOf(ctx, source, event), detail),
  });
}

async function payloadOf(ctx: ProjectContext, source: EventSource, event: TestEventChoice): Promise<unknown> {
  if (event.kind === "sample") return source.sample(ctx.now());
  if (event.kind === "own") return parseOwn(source, event.json);
  requirePermission(ctx, "body:read");
  const row = await ctx.db.observation.findFirst({
    where: {
      projectId: ctx.projectId,
      eventSource: source.name,
      state: { not: null },
      ...(event.id === undefined ? {} : { id: event.id }),
    },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    select: { state: true },
  });
  if (row?.state) return source.payload.parse(parseJson(row.state));
  const message =
    event.id === undefined ? `No ${source.noun.one} has arrived yet.` : `There is no ${source.noun.one} with this id.`;
  throw new AppError("BAD_REQUEST", message, { fields: { event: message } });
}

/**
 * Parses the test event that a person wrote as JSON.
 * @throws AppError BAD_REQUEST at the field `event`; the message names the JSON error or the field that does not fit
 * the event source
 */
function parseOwn(source: EventSource, json: string): unknown {
  const refuse = (message: string): AppError => new AppError("BAD_REQUEST", message, { fields: { event: message } });
  let data: unknown;
  try {
    data = parseJson(json);
  } catch (error) {
    throw refuse(`This is not JSON: ${(error as Error).message}`);
  }
  const parsed = source.payload.safeParse(data);
  if (!parsed.success) throw refuse(describePayloadError(parsed.error));
  return parsed.data;
}
