import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { readListColumnValue } from "@/domain/event-source/list-column-value";
import { getEventSource } from "@/domain/event-source/registry";
import { ListColumnCell } from "./columns";
import type { ObservationRow } from "./types";

/**
 * Shows the main properties of a subject that is no observation: the values of its list columns, and when its events
 * arrived.
 */
export function SubjectFacts({ subject }: { subject: ObservationRow }) {
  const columns = (getEventSource(subject.eventSource)?.list ?? []).filter(({ kind }) => kind !== "name");
  return (
    <KeyValueList
      items={[
        ...columns.map((column) => ({
          label: column.header,
          value: <ListColumnCell column={column} value={readListColumnValue(subject, column.id)} />,
        })),
        { label: "Trace", value: subject.traceId, copy: subject.traceId ?? undefined, isMono: true },
        { label: "First received", value: <Time value={subject.firstReceivedAt} format="absolute" /> },
        { label: "Last received", value: <Time value={subject.receivedAt} format="absolute" /> },
      ]}
    />
  );
}
