import type { ServiceContext } from "@/server/context";
import { sha256 } from "@/server/crypto";
import { storeRejectedEvents } from "./action-creation/store-rejected-events";
import { redactUnstampedEvent } from "./redact-event";
import { getCachedRedactionRules } from "./redaction/cached-redaction-rules";
import { getCachedRedactor } from "./redaction/cached-redactor";

const HOUR_MS = 3_600_000;
const NAME_MAX = 200;

type UnknownEvent = { name: string; data: Record<string, unknown>; reason: string };

/**
 * Stores an event with an unknown name as a rejected event, so that members of the project see the sender's mistake. A
 * project stores one such event for each name and hour, because senders repeat the mistake in every request.
 */
export async function storeUnknownEventAsRejected(
  ctx: ServiceContext,
  { projectId, keyId }: { projectId: string; keyId: string },
  { name, data, reason }: UnknownEvent,
): Promise<void> {
  const ts = ctx.now().getTime();
  const id = `unknown-${sha256(JSON.stringify([projectId, name, Math.floor(ts / HOUR_MS)]))}`;
  const redaction = await getCachedRedactionRules(ctx, projectId);
  const redact = (text: string): string => (redaction ? getCachedRedactor(redaction).redactText(text) : text);
  const event = { id, name: redact(name).slice(0, NAME_MAX), ts, data, keyId, depth: 0, sanitized: false };
  const redacted = redactUnstampedEvent(redaction, { ...event, receivedMicros: ts * 1_000, place: 0 });
  await storeRejectedEvents(ctx, projectId, [{ event: redacted, reason: `The sender got 400: ${redact(reason)}` }]);
}
