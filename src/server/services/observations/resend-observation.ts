import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import { parseJson } from "@/domain/json/read-json";
import { unknownTraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import type { ProjectContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { takeUsageFromPersonLimit } from "../usage-limits";
import { sendProgramMadeEvent } from "../send-program-made-event";

/**
 * Sends the stored state of an observation to the engine again, as an event. Every trigger decides about this event as
 * usual. An execution that exists already is not created twice.
 * @throws AppError FORBIDDEN; NOT_FOUND; UNPROCESSABLE if the content was removed; TOO_MANY_REQUESTS after 600 resends
 * of a person in a minute
 */
export async function resendObservation(
  ctx: ProjectContext,
  input: { observationId: string; eventSource?: string | undefined },
): Promise<void> {
  requirePermission(ctx, "execution:act");
  const { projectId } = ctx;
  const eventSource = input.eventSource ?? DEFAULT_EVENT_SOURCE_NAME;
  const row = await ctx.db.observation.findUnique({
    where: { projectId_eventSource_id: { projectId, eventSource, id: input.observationId } },
    select: { state: true },
  });
  const source = getEventSource(eventSource);
  if (!row || !source) throw makeNotFoundError(source?.noun.one ?? "event");
  if (row.state === null)
    throw new AppError("UNPROCESSABLE", `The content of this ${source.noun.one} was removed. It cannot be sent again.`);
  await takeUsageFromPersonLimit(ctx, "resend");
  const data = parseJson(row.state) as Record<string, unknown>;
  const { traceId } = source.links(data);
  // An event without a trace would lose `setBy`, the list of fields that attributes of the trace may fill.
  const trace = data["setBy"] && traceId ? { id: traceId, attributes: unknownTraceAttributes } : undefined;
  await sendProgramMadeEvent(ctx, source, { data, redaction: null, trace });
}
