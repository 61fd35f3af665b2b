import type { EventSource } from "@/domain/event-source/event-source";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import type { NewTraceAttributes } from "./batch-event";
import { stampEvents } from "./stamp-events";
import type { RedactionSetup } from "./redaction/cached-redactor";
import { getInstanceSecret } from "./instance-secrets";

type OwnEvent = {
  data: Record<string, unknown>;
  /** the redaction rules; null for data that is redacted already, because a second hash would change a value again */
  redaction: RedactionSetup | null;
  trace?: NewTraceAttributes | undefined;
};

/**
 * Hands one event to the engine as the event endpoint does for a sender, stamped with the project and without a key. So
 * come the samples and repeats of the console, and the events of a source that the program makes itself.
 */
export async function sendEventOfProgram(
  ctx: ProjectContext,
  source: EventSource,
  { data, redaction, trace }: OwnEvent,
): Promise<void> {
  const now = ctx.now();
  const [event] = stampEvents({
    sender: { projectId: ctx.projectId, keyId: null, depth: 0 },
    events: [{ name: source.name, data, trace }],
    ids: [newId("evt")],
    body: { hasLongNumbers: true, mayHoldBadText: false, hasBrokenBytes: false },
    redaction,
    stampKey: ctx.engine.kind === "embedded" ? null : await getInstanceSecret(ctx, "event stamp"),
    receivedMicros: now.getTime() * 1_000,
    isPaceLow: (count) => ctx.engine.kind !== "embedded" && count === 1,
    now,
  });
  if (event)
    await ctx.send([{ name: event.name, ts: event.ts, data: JSON.parse(event.json) as Record<string, unknown> }]);
}
