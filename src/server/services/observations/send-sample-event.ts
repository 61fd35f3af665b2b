import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { takeUsageFromPersonLimit } from "../usage-limits";
import { getCachedRedactionRules } from "../redaction/cached-redaction-rules";
import { sendProgramMadeEvent } from "../send-program-made-event";

/**
 * Sends the sample event of an event source to the engine. Each sample has a new id, so that every trigger sees a new
 * subject.
 * @returns the id of the observation that the sample becomes
 * @throws AppError FORBIDDEN; NOT_FOUND for an unknown event source; TOO_MANY_REQUESTS after 10 tests of a person in a
 * minute
 */
export async function sendSampleEvent(
  ctx: ProjectContext,
  input: { eventSource?: string | undefined },
): Promise<{ observationId: string }> {
  requirePermission(ctx, "execution:act");
  const source = getEventSource(input.eventSource ?? DEFAULT_EVENT_SOURCE_NAME);
  if (!source) throw makeNotFoundError("event source");
  await takeUsageFromPersonLimit(ctx, "test");
  const now = ctx.now();
  const payload: unknown = source.sample(now, `sample-${now.getTime().toString(36)}`);
  await sendProgramMadeEvent(ctx, source, {
    data: payload as Record<string, unknown>,
    redaction: await getCachedRedactionRules(ctx, ctx.projectId),
  });
  return { observationId: source.sourceId(payload) };
}
