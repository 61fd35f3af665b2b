import { z } from "zod";
import type { EventSource } from "@/domain/event-source/event-source";
import { describeTimeUnitProblem } from "@/domain/filter/parse-instant";
import { stringifyJson } from "@/domain/json/long-number";
import { describePayloadError } from "@/domain/event-source/payload-error";
import { compareEventOrder } from "./event-order";
import type { ParsedEvent, EventToReject } from "./types";
import type { BatchEvent } from "../batch-event";

const FUTURE_MAX_MS = 5 * 60_000;

/**
 * Parses the events of a batch one by one, and sorts them by `compareEventOrder`. An invalid event is returned as
 * rejected and does not make the batch fail.
 */
export function parseEvents(
  source: EventSource,
  events: readonly BatchEvent[],
  now: Date,
): { parsed: ParsedEvent[]; rejected: EventToReject[] } {
  const parsed: ParsedEvent[] = [];
  const rejected: EventToReject[] = [];
  for (const event of events) {
    const result = safeParse(source, event);
    if (result === null) {
      rejected.push({ event, reason: "It is nested too deeply to be read." });
      continue;
    }
    if (!result.success) {
      rejected.push({ event, reason: describePayloadError(result.error) });
      continue;
    }
    const updatedAt = source.updatedAt(result.data)?.getTime();
    const sourceId = source.sourceId(result.data);
    const problem = idProblem(sourceId) ?? timeProblem("updatedAt", updatedAt, now) ?? timeProblem("ts", event.ts, now);
    if (problem) {
      rejected.push({ event, reason: problem });
      continue;
    }
    parsed.push({
      ...event,
      payload: result.data,
      state: stringifyJson(result.data),
      sourceId,
      orderAt: updatedAt ?? event.ts,
      ended: source.hasEnded(result.data),
    });
  }
  parsed.sort(compareEventOrder);
  return { parsed, rejected };
}

/** Parses the data of an event by its source's schema. Null if the data is nested too deeply for the parser. */
function safeParse(
  source: EventSource,
  { data, patch }: BatchEvent,
): ReturnType<EventSource["payload"]["safeParse"]> | null {
  try {
    // A patch is first parsed as if its subject were new. Later it is merged into the stored state.
    return source.payload.safeParse(patch === undefined ? data : source.applyPatch?.(null, patch));
  } catch (error) {
    if (error instanceof z.ZodError) return { success: false, error };
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Returns the problem of an id. Browsers resolve `.` and `..` in a URL as folders (RFC 3986, 5.2.4), so nobody could
 * open a page for such an id.
 */
const idProblem = (id: string): string | null =>
  id === "." || id === ".." ? `The id ${JSON.stringify(id)} cannot be part of a URL. Send another id.` : null;

/** Returns a sentence on why a time of an event is not plausible, with the name of its field; null if it is. */
function timeProblem(field: string, ms: number | undefined, now: Date): string | null {
  if (ms === undefined) return null;
  const unit = describeTimeUnitProblem(ms);
  if (unit) return `${field}: ${unit}`;
  if (ms <= now.getTime() + FUTURE_MAX_MS) return null;
  return `${field} ${new Date(ms).toISOString()} is more than 5 minutes in the future; check the sender's clock.`;
}
