import { parseJson } from "@/domain/json/read-json";
import { z } from "zod";
import { buildEnvelopeText } from "@/domain/action/webhook/envelope";
import { TEMPLATE_BYTES_MAX, type RenderResult, type TemplateProblem } from "@/domain/action/webhook/template/template";
import { EventDetailLevel, type EventSource } from "@/domain/event-source/event-source";
import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { takeUsageFromPersonLimit } from "../usage-limits";

export const PreviewTemplateInput = z.object({
  template: z.string().max(TEMPLATE_BYTES_MAX),
  detail: EventDetailLevel,
  /**
   * the id of the subject to render; unset: the latest subject, or the sample if there is none; null: the sample of the
   * event source
   */
  observationId: z.string().min(1).max(500).nullish(),
  eventSource: z.string().max(100).default(DEFAULT_EVENT_SOURCE_NAME),
});
export type PreviewTemplateInput = z.infer<typeof PreviewTemplateInput>;

export type TemplatePreview = {
  /** the rendered body; null if the template has a problem */
  body: string | null;
  problem: TemplateProblem | null;
  /** the size of the body in bytes; 0 if the template has a problem */
  bytes: number;
  /** the id of the subject whose event was rendered; null for the sample */
  observationId: string | null;
};

/**
 * Renders a webhook's body template with the event of a stored subject, or with the event source's sample.
 * @throws AppError BAD_REQUEST for an unknown event source; NOT_FOUND for an unknown subject; TOO_MANY_REQUESTS after
 * 120 previews of a person in a minute, or if the project has used up its processor time for templates
 */
export async function previewTemplate(ctx: ProjectContext, input: PreviewTemplateInput): Promise<TemplatePreview> {
  requirePermission(ctx, "action:write");
  requirePermission(ctx, "body:read");
  await takeUsageFromPersonLimit(ctx, "preview");
  const source = getEventSource(input.eventSource);
  if (!source)
    throw new AppError("BAD_REQUEST", `There is no event source called ${input.eventSource}.`, {
      fields: { eventSource: "Choose an event source." },
    });

  const now = ctx.now();
  const stored = input.observationId === null ? null : await stateOf(ctx, source, input.observationId);
  const envelope = buildEnvelopeText({
    source,
    apiVersion: "v1",
    timestamp: now,
    trigger: { id: "test", name: "Test" },
    executionId: "exe_preview",
    url: `${ctx.env.appUrl}/projects/${ctx.projectId}/executions/exe_preview`,
    subject: source.actionInput(stored?.payload ?? source.sample(now), input.detail),
  });
  const rendered = await renderTemplateWhilePersonWaits(ctx, {
    actionId: "preview",
    template: input.template,
    envelope,
  });
  const body = rendered.ok ? rendered.body : null;
  return {
    body,
    problem: rendered.ok ? null : { line: rendered.line, reason: rendered.reason },
    bytes: body === null ? 0 : Buffer.byteLength(body),
    observationId: stored?.id ?? null,
  };
}

/**
 * Renders a webhook's body template for a person who waits for the result. Deliveries have a separate time budget.
 * @throws AppError TOO_MANY_REQUESTS if the project has used up its processor time for templates
 */
export async function renderTemplateWhilePersonWaits(
  ctx: ProjectContext,
  { actionId, template, envelope }: { actionId: string; template: string; envelope: string },
): Promise<RenderResult> {
  const owner = { projectId: ctx.projectId, purpose: "people" } as const;
  const [rendered] = await ctx.compute.render(owner, { actionId, template, envelopes: [envelope] });
  if (rendered !== undefined && rendered !== "later") return rendered;
  throw new AppError(
    "TOO_MANY_REQUESTS",
    "The templates of this project have used up their time. Wait a few seconds.",
    {
      retryAfterSeconds: 5,
    },
  );
}

/**
 * Loads the stored state of the subject with this id; without an id, of the subject received last. Null if no id is
 * given and the project has no stored state.
 * @throws AppError NOT_FOUND if no stored state has this id
 */
async function stateOf(
  ctx: ProjectContext,
  source: EventSource,
  id: string | undefined,
): Promise<{ id: string; payload: unknown } | null> {
  const row = await ctx.db.observation.findFirst({
    where: {
      projectId: ctx.projectId,
      eventSource: source.name,
      state: { not: null },
      ...(id === undefined ? {} : { id }),
    },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    select: { id: true, state: true },
  });
  if (!row?.state) {
    if (id !== undefined) throw makeNotFoundError(source.noun.one);
    return null;
  }
  return { id: row.id, payload: source.payload.parse(parseJson(row.state)) };
}
