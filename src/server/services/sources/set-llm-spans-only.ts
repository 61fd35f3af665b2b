import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { dropCachedEventKey } from "../event-keys/authenticate-event-key";

/** Sets whether the event endpoint accepts only LLM spans with an event key. All processes follow within a second. */
export async function setLlmSpansOnly(
  ctx: ProjectContext,
  input: { id: string; llmSpansOnly: boolean },
): Promise<{ llmSpansOnly: boolean }> {
  requirePermission(ctx, "eventKey:manage");
  const { id, llmSpansOnly } = input;
  const where = { id, projectId: ctx.projectId };
  const key = await ctx.db.eventKey.findFirst({ where, select: { name: true, last4: true, hash: true } });
  if (!key) throw makeNotFoundError("event key");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.eventKey.updateMany({
      where: { ...where, llmSpansOnly: !llmSpansOnly },
      data: { llmSpansOnly },
    });
    if (count === 0) return;
    const state = llmSpansOnly ? "on" : "off";
    const summary = `Switched “LLM spans only” ${state} for the event key “${key.name}” (…${key.last4})`;
    await writeAuditEntry(ctx, tx, { action: "eventKey.llmSpansOnly", targetId: id, summary });
  });
  dropCachedEventKey(ctx.db, key.hash);
  return { llmSpansOnly };
}
