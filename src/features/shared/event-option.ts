import { findUnusualMark } from "@/domain/event-source/list-column-value";
import type { EventSource } from "@/domain/event-source/event-source";
import { formatRelativeTime } from "@/lib/format-time";

type ListedEvent = { id: string; name: string | null; traceId: string | null; receivedAt: Date };
type EventOption = { value: string; label: string; hint: string; keywords: string };

/** Makes the option of a stored event for a combobox: its name or id, with its unusual mark and its age as the hint. */
export const makeEventOption = (source: EventSource, row: ListedEvent, now: number): EventOption => ({
  value: row.id,
  label: row.name ?? row.id,
  hint: [findUnusualMark(source, row)?.value, formatRelativeTime(row.receivedAt, now)].filter(Boolean).join(" · "),
  keywords: `${row.id} ${row.traceId ?? ""}`,
});
