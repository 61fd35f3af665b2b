import { readPersonIdOfActor } from "@/domain/actor";
import type { DraftInput, DraftPreview } from "@/domain/trigger-draft";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { checkTriggerInput } from "../triggers/check-trigger";
import { getTrigger } from "../triggers/get-trigger";
import { previewTrigger } from "../triggers/preview-trigger";
import { triggerDraftSelect, toTriggerDraft, type TriggerDraft } from "./draft-row";

const VALID_MS = 7 * 86_400_000;
/** A project may have at most this many open drafts. */
const OPEN_MAX = 100;
const SCANNED = 2_000;
const EXAMPLES = 5;

/**
 * Stores a proposed trigger as a draft, with a preview of its matches. The trigger does not exist until a person, or an
 * API token with the scope `write`, applies the draft.
 * @throws AppError BAD_REQUEST with a field for each problem of the trigger; CONFLICT if the project has 100 open
 * drafts
 */
export async function proposeTrigger(
  ctx: ProjectContext,
  input: DraftInput,
  signal?: AbortSignal,
): Promise<TriggerDraft> {
  requirePermission(ctx, "project:read");
  const { trigger, triggerId, reason } = input;
  const changed = triggerId === undefined ? null : await getTrigger(ctx, { triggerId });
  await checkTriggerInput(ctx, ctx.db, trigger);
  const preview = await previewOf(ctx, input, signal);
  const now = ctx.now();
  const open = { projectId: ctx.projectId, appliedAt: null, discardedAt: null, expiresAt: { gt: now } };
  const row = await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    if ((await tx.triggerDraft.count({ where: open })) >= OPEN_MAX)
      throw new AppError("CONFLICT", `This project has ${OPEN_MAX} open drafts. Apply or discard some of them first.`);
    return tx.triggerDraft.create({
      data: {
        id: newId("drf"),
        projectId: ctx.projectId,
        triggerId: changed?.id ?? null,
        version: changed?.version ?? null,
        input: trigger as unknown as Prisma.InputJsonObject,
        reason,
        preview,
        actorId: readPersonIdOfActor(ctx.actor),
        actorLabel: ctx.actor.label,
        createdAt: now,
        expiresAt: new Date(now.getTime() + VALID_MS),
      },
      select: triggerDraftSelect,
    });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return toTriggerDraft(ctx, row);
}

async function previewOf(
  ctx: ProjectContext,
  { trigger, triggerId }: DraftInput,
  signal?: AbortSignal,
): Promise<DraftPreview> {
  const { eventSource, filter, samplingRate, samplingBy, actionIds } = trigger;
  const found = await previewTrigger(
    ctx,
    { eventSource, filter, samplingRate, samplingBy, triggerId, limit: SCANNED },
    signal,
  );
  if (found.problem !== null)
    throw new AppError("BAD_REQUEST", found.problem, { fields: { "trigger.filter": found.problem } });
  return {
    scanned: found.scanned,
    matched: found.matched,
    sampledIn: found.sampledIn,
    executionsPerDay: found.perDay && found.perDay.sampledIn * actionIds.length,
    examples: found.matches.slice(0, EXAMPLES).map(({ id, name }) => ({ id, name })),
  };
}
