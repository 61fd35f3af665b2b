import { getEventSource } from "@/domain/event-source/registry";
import { getRedactionLayout } from "@/domain/redaction/redaction-layout";
import type { Redactor } from "@/domain/redaction/redactor";
import type { BatchEvent } from "./batch-event";
import { getCachedRedactor, type RedactionRulesWithSalt } from "./redaction/cached-redactor";

/**
 * Applies a project's redaction rules to the data of an event. `isPatch` and `refusal` tell whether the data is a patch
 * or of an unaccepted event.
 */
export function redactEvent(
  redactor: Redactor,
  { name, isPatch, refusal }: { name: string; isPatch?: boolean | undefined; refusal?: string | undefined },
  data: Record<string, unknown>,
): Record<string, unknown> {
  const kind = refusal !== undefined ? "refused" : isPatch ? "patch" : undefined;
  return redactor.redactData(data, getRedactionLayout(getEventSource(name)), kind);
}

/**
 * Applies a project's redaction rules to the data of an event without a stamp, because the event endpoint has redacted
 * only stamped events. Without rules (null) the event stays as it is.
 */
export const redactUnstampedEvent = (setup: RedactionRulesWithSalt | null, event: BatchEvent): BatchEvent =>
  setup === null
    ? event
    : {
        ...event,
        data: redactEvent(
          getCachedRedactor(setup),
          { name: event.name },
          (event.data ?? {}) as Record<string, unknown>,
        ),
      };
