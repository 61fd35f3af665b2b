import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { TruncatedName } from "@/components/truncated-name";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { DecisionLabel } from "@/features/shared/trigger-decisions";
import { formatSecondsInText } from "@/lib/format";
import { shortenMiddle } from "@/lib/shorten-middle";
import { dropLabelFromReason } from "./drop-label-from-reason";
import type { DecisionRow } from "./types";

const name = (named: DecisionRow["trigger"], className?: string) =>
  named === null ? (
    <span className="text-subtle">–</span>
  ) : (
    <TruncatedName isDeleted={named.deleted} className={className}>
      {named.name}
    </TruncatedName>
  );

export const decisionColumns: readonly DataColumn<DecisionRow>[] = [
  {
    id: "kind",
    header: "Decision",
    width: "10rem",
    skeleton: "6rem",
    cell: (row) => <DecisionLabel kind={row.kind} label={row.label} />,
  },
  {
    id: "trigger",
    header: "Trigger",
    skeleton: "70%",
    cell: (row) => name(row.trigger, "font-medium"),
  },
  { id: "action", header: "Action", skeleton: "60%", mobile: "hide", cell: (row) => name(row.action) },
  {
    id: "source",
    header: getEventNounForms().heading,
    width: "9.5rem",
    skeleton: "8rem",
    mobile: "hide",
    cell: (row) => (
      <span title={row.sourceId} className="font-mono text-xs text-muted">
        {shortenMiddle(row.sourceId, 16)}
      </span>
    ),
  },
  {
    id: "reason",
    header: "Reason",
    width: "26%",
    skeleton: "80%",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (row) => (
      <span title={formatSecondsInText(row.reason)} className="text-muted">
        {formatSecondsInText(dropLabelFromReason(row))}
      </span>
    ),
  },
  {
    id: "created",
    header: "Age",
    width: "6.5rem",
    align: "right",
    skeleton: "4rem",
    mobile: "trailing",
    cell: (row) => <Time value={row.createdAt} className="text-muted" />,
  },
];
