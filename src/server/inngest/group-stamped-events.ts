import type { ServiceContext } from "@/server/context";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import type { EventForFunction } from "@/server/inngest/events";
import { readNextReceiptMicros } from "@/server/receipt-time";
import type { BatchEvent } from "@/server/services/batch-event";
import { readStampedEvent, type EventWithReadStamp, type RefusedEvent } from "@/server/services/read-stamped-event";
import { redactUnstampedEvent } from "@/server/services/redact-event";
import { getCachedRedactionRules } from "@/server/services/redaction/cached-redaction-rules";

export type EventsOfProjectAndSource = { projectId: string; eventSource: string; events: BatchEvent[] };

/**
 * Reads the stamps of a batch's events, and groups the events by project and event source. Some servers ignore batch
 * keys and mix projects. `refused` holds events without a valid stamp, and events of an unknown version.
 */
export async function groupStampedEvents(
  { ctx, stampKey, trustEvents }: FunctionDependencies,
  events: readonly EventForFunction[],
): Promise<{ groups: EventsOfProjectAndSource[]; refused: RefusedEvent[] }> {
  const groups = new Map<string, EventsOfProjectAndSource>();
  const refused: RefusedEvent[] = [];
  const receivedMicros = readNextReceiptMicros();
  for (const [place, { id = "", name, data, ts = ctx.now().getTime() }] of events.entries()) {
    const read = readStampedEvent({
      id,
      name,
      ts,
      data: (data ?? {}) as Record<string, unknown>,
      stampKey,
      trustEvents,
      batch: { receivedMicros, place },
    });
    const opened = read.isStamped ? read : await redacted(ctx, read);
    if (!opened.ok) {
      refused.push(opened);
      continue;
    }
    const key = `${opened.projectId}\n${name}`;
    const group = groups.get(key) ?? { projectId: opened.projectId, eventSource: name, events: [] };
    group.events.push(opened.event);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], refused };
}

/**
 * Redacts an event without a valid stamp by the rules of the project that the event names. Nothing proves that name. An
 * event that names no project stays as it is. INNGEST_TRUST_EVENTS accepts the event; otherwise it is rejected.
 */
async function redacted(ctx: ServiceContext, opened: EventWithReadStamp): Promise<EventWithReadStamp> {
  const { projectId: named } = (opened.event.data ?? {}) as { projectId?: unknown };
  if (typeof named !== "string") return opened;
  return { ...opened, event: redactUnstampedEvent(await getCachedRedactionRules(ctx, named), opened.event) };
}
