import { StoredUrl } from "@/domain/action/webhook/url";
import { parseJson } from "@/domain/json/read-json";
import { z } from "zod";
import type { ActionRequest, ActionType, RequestInput } from "@/domain/action/action-type";
import { readConfiguration } from "@/domain/action/read-configuration";
import { DEFAULT_ACTION_TYPE } from "@/domain/action/registry";
import { buildEnvelope } from "@/domain/action/webhook/envelope";
import type { Detail, EventSource } from "@/domain/event-source/event-source";
import { describePayloadError } from "@/domain/event-source/payload-error";
import { DEFAULT_EVENT_SOURCE, getEventSource } from "@/domain/event-source/registry";
import { describeTemplateProblem } from "@/domain/action/webhook/template/template";
import type { HeaderList } from "@/domain/header-list";
import { hmacSha256 } from "@/server/crypto";
import { maskEchoes, redactHeaders } from "@/domain/redact";
import type { ProjectContext } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import type { SendResult } from "@/server/http/send";
import { newId } from "@/server/ids";
import { hasPermission, requirePermission } from "../access";
import { audit } from "../audit";
import { secretValues } from "../deliveries/prepare-request";
import { takePersonLimit } from "../limits";
import { allowedHostsOf } from "../webhook-url";
import { newSigningSecret } from "./change";
import { actionTypeOf, toStored } from "./configuration";
import { renderForPerson } from "./preview-template";

const TEST_JSON_MAX = 256 * 1024;

export type SendTestInput = {
  /** a saved action; with a configuration too, the form that edits it */
  actionId?: string | undefined;
  type?: string | undefined;
  configuration?: Record<string, unknown> | undefined;
  eventSource?: string | undefined;
  /** the event of the test; the sample of the event source if it is left out */
  event?: TestEvent | undefined;
};

export const TestEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sample") }),
  /** a stored observation; the latest one without an id */
  z.object({ kind: z.literal("stored"), id: z.string().trim().min(1).max(1_000).optional() }),
  /** a payload of the event source, as JSON text */
  z.object({ kind: z.literal("own"), json: z.string().max(TEST_JSON_MAX, "At most 256 KB.") }),
]);
export type TestEvent = z.infer<typeof TestEvent>;

const WithUrl = z.object({ url: StoredUrl });

export type SendTestResult = {
  /** secrets masked */
  request: { url: string; method: string; headers: HeaderList; body: string };
  response:
    | {
        kind: "response";
        status: number;
        headers: HeaderList;
        body: string;
        bodyTruncated: boolean;
        durationMs: number;
      }
    | { kind: "error"; code: string; message: string; durationMs: number };
  ok: boolean;
  /** the URL is the one that the action has saved, so the answer is that of its endpoint */
  isSavedUrl: boolean;
};

/**
 * Sends an event (the sample, a stored observation, or one's own payload), signed as a delivery would be. Returns
 * request and response. The audit log gets the host and the outcome.
 * @throws AppError TOO_MANY_REQUESTS beyond 10 a minute for a person over all projects, so that nobody scans hosts with
 * it
 */
export async function sendTest(ctx: ProjectContext, input: SendTestInput): Promise<SendTestResult> {
  requirePermission(ctx, "execution:act");
  await takePersonLimit(ctx, "test");

  const { type, stored, secrets, isSavedUrl } = await loadTarget(ctx, input);
  const executionId = newId("exe");
  const body = await bodyOf(
    ctx,
    input,
    type.templateOf(stored),
    await envelopeOf(ctx, input, type.detailOf(stored), executionId),
  );
  const request = requestOf(type, {
    stored,
    decrypt: ctx.cipher.decrypt,
    hmacSha256,
    secrets,
    executionId,
    triggerId: "test",
    attempt: 1,
    depth: 1,
    timestamp: ctx.now(),
    body,
  });
  const hidden = [...secrets, ...secretValues(request)];
  const sent = await ctx.http.send({
    ...request,
    allowedHosts: await allowedHostsOf(ctx),
    projectId: ctx.projectId,
    secrets: hidden,
  });
  const outcome = sent.kind === "error" ? sent.code : `${sent.status}`;
  await audit(ctx, ctx.db, {
    action: "action.test",
    targetId: input.actionId ?? null,
    summary: `Sent a test to ${new URL(request.url).host}: ${outcome}.`,
  });

  return {
    request: {
      url: hasPermission(ctx, "secret:manage") ? request.url : request.shownUrl,
      method: request.method,
      headers: redactHeaders(Object.entries(request.headers), request.secretHeaders),
      body,
    },
    response:
      sent.kind === "error"
        ? { kind: "error", code: sent.code, message: messageOf(sent, hidden), durationMs: sent.durationMs }
        : {
            kind: "response",
            status: sent.status,
            headers: redactHeaders(sent.headers.map(([name, value]) => [name, maskEchoes(value, hidden)])),
            body: maskEchoes(sent.body, hidden, sent.bodyTruncated),
            bodyTruncated: sent.bodyTruncated,
            durationMs: sent.durationMs,
          },
    ok: sent.kind === "response" && sent.status >= 200 && sent.status < 300,
    isSavedUrl,
  };
}

const messageOf = (sent: Extract<SendResult, { kind: "error" }>, hidden: readonly string[]): string =>
  maskEchoes(sent.answer ? `Answered ${sent.answer.status}. ${sent.message}` : sent.message, hidden);

async function loadTarget(
  ctx: ProjectContext,
  input: SendTestInput,
): Promise<{ type: ActionType; stored: unknown; secrets: string[]; isSavedUrl: boolean }> {
  if (!input.actionId) {
    if (!input.configuration)
      throw new AppError("BAD_REQUEST", "Say what to test: a saved action, or a configuration.", {
        fields: { configuration: "Enter a configuration." },
      });
    const type = actionTypeOf(input.type ?? DEFAULT_ACTION_TYPE);
    return {
      type,
      stored: (await toStored(ctx, type, input.configuration, null)).stored,
      secrets: [newSigningSecret(ctx).secret],
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
  if (!action) throw notFound("action");
  const secrets = action.secrets.map(({ ciphertext }) => ctx.cipher.decrypt(ciphertext));
  if (input.configuration) {
    const type = actionTypeOf(action.type);
    const { stored } = await toStored(ctx, type, input.configuration, action.configuration);
    return { type, stored, secrets, isSavedUrl: urlOf(ctx, stored) === urlOf(ctx, action.configuration) };
  }
  const read = readConfiguration(action.type, action.configuration);
  if (read.problem !== null)
    throw new AppError("BAD_REQUEST", read.problem, { fields: { configuration: read.problem } });
  return { type: read.type, stored: read.stored, secrets, isSavedUrl: true };
}

/** The whole URL of a stored configuration; null if it has none that can be read. */
function urlOf(ctx: ProjectContext, configuration: unknown): string | null {
  const { data } = WithUrl.safeParse(configuration);
  if (!data) return null;
  try {
    return ctx.cipher.decrypt(data.url.ciphertext);
  } catch {
    return null;
  }
}

/** @throws AppError BAD_REQUEST if the configuration makes no request */
function requestOf(type: ActionType, input: RequestInput): ActionRequest {
  try {
    return type.request(input);
  } catch (error) {
    throw new AppError("BAD_REQUEST", `The request could not be made: ${(error as Error).message}.`, { cause: error });
  }
}

/**
 * @throws AppError BAD_REQUEST at the template if it makes no body of this event; TOO_MANY_REQUESTS if the project has
 * used up its time for templates
 */
async function bodyOf(
  ctx: ProjectContext,
  { actionId = "new" }: SendTestInput,
  template: string | null,
  envelope: string,
): Promise<string> {
  if (template === null) return envelope;
  const rendered = await renderForPerson(ctx, { actionId, template, envelope });
  if (rendered.ok) return rendered.body;
  const message = describeTemplateProblem(rendered);
  throw new AppError("BAD_REQUEST", message, { fields: { "configuration.template": message } });
}

async function envelopeOf(
  ctx: ProjectContext,
  { eventSource = DEFAULT_EVENT_SOURCE, event = { kind: "sample" } }: SendTestInput,
  detail: Detail,
  executionId: string,
): Promise<string> {
  const source = getEventSource(eventSource);
  if (!source)
    throw new AppError("BAD_REQUEST", `There is no event source called ${eventSource}.`, {
      fields: { eventSource: "Choose an event source." },
    });
  const now = ctx.now();
  return buildEnvelope({
    source,
    apiVersion: "v1",
    timestamp: now,
    trigger: { id: "test", name: "Test" },
    executionId,
    url: `${ctx.env.appUrl}/projects/${ctx.projectId}/actions`,
    observation: source.actionInput(await payloadOf(ctx, source, event), detail),
  });
}

async function payloadOf(ctx: ProjectContext, source: EventSource, event: TestEvent): Promise<unknown> {
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

/** @throws AppError BAD_REQUEST at the field `event`, with the fault in the JSON or the field that does not fit */
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
