import { PageLink } from "@/components/ui/page-link";
import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { textLinkClass } from "@/components/ui/text-link-class";
import { columnsShownInObservationList } from "@/domain/event-source/observation-created/list-columns";
import { formatCost, formatDuration, formatNumber } from "@/lib/format";
import { ListColumnCell } from "./columns";
import { serializeObservationParams, type ObservationParams } from "./search-params";
import type { ObservationRow } from "./types";

const mark = columnsShownInObservationList.find(({ kind }) => kind === "mark");

type FactsProps = { projectId: string; observation: ObservationRow & { costNote?: string | null } };

/**
 * Shows the main properties of an observation. Some properties are links that list the observations with the same
 * value.
 */
export function ObservationFacts({ projectId, observation }: FactsProps) {
  const {
    level,
    type,
    model,
    environment,
    traceId,
    sessionId,
    userId,
    startTime,
    latency,
    totalTokens,
    totalCost,
    costNote,
  } = observation;
  const others = (filter: Partial<ObservationParams>, value: string) => (
    <PageLink
      href={serializeObservationParams(`/projects/${projectId}/observations`, filter)}
      prefetch={false}
      className={textLinkClass}
    >
      {value}
    </PageLink>
  );
  const usage = [
    latency !== null && formatDuration(latency * 1_000),
    totalTokens !== null && `${formatNumber(totalTokens)} tokens`,
    totalCost !== null && `${formatCost(totalCost)}${costNote ? " (computed)" : ""}`,
  ].filter(Boolean);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-base font-medium">{mark && <ListColumnCell column={mark} value={level} />}</span>
        {type && <Badge tone="outline">{type}</Badge>}
        {usage.length > 0 && <span className="text-sm text-muted tabular-nums">{usage.join(" · ")}</span>}
      </div>
      <KeyValueList
        items={[
          {
            label: "Trace",
            value: traceId && others({ trace: traceId }, traceId),
            copy: traceId ?? undefined,
            isMono: true,
          },
          ...(sessionId
            ? [{ label: "Session", value: others({ session: sessionId }, sessionId), copy: sessionId, isMono: true }]
            : []),
          ...(userId ? [{ label: "User", value: others({ user: userId }, userId), copy: userId, isMono: true }] : []),
          ...(model ? [{ label: "Model", value: others({ model }, model) }] : []),
          ...(costNote ? [{ label: "Cost", value: costNote }] : []),
          { label: "Environment", value: environment && others({ env: environment }, environment) },
          { label: "Started", value: startTime && <Time value={startTime} format="absolute" /> },
          { label: "First received", value: <Time value={observation.firstReceivedAt} format="absolute" /> },
          { label: "Last received", value: <Time value={observation.receivedAt} format="absolute" /> },
        ]}
      />
    </div>
  );
}
