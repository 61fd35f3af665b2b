import type { EventSource } from "@/domain/event-source/event-source";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import type { NewTraceAttributes } from "./batch-event";
import { redactAndStampEvents } from "./redact-and-stamp-events";
import type { RedactionRulesWithSalt } from "./redaction/cached-redactor";
import { getInstanceSecret } from "./instance-secrets";

type OwnEvent = {
  data: Record<string, unknown>;
  /**
   * the project's redaction rules; null if the data has been redacted already, because hashing a hash would change the
   * value again
   */
  redaction: RedactionRulesWithSalt | null;
  trace?: NewTraceAttributes | undefined;
};

/**
 * Sends an event that the program makes itself to the engine, for instance a sample or a repeated subject. The
 * event has the project's stamp, like an event of a sender, and no event key.
 */
export async function sendProgramMadeEvent(
  ctx: ProjectContext,
  source: EventSource,
  { data, redaction, trace }: OwnEvent,
): Promise<void> {
  const now = ctx.now();
  const [event] = redactAndStampEvents({
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
