import { KeyValue } from "@/components/key-value";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { formatCost, formatDuration, formatNumber } from "@/lib/format";
import { LevelStatus } from "./level-status";
import type { Observation } from "./types";

/** The key facts of an observation. */
export function ObservationFacts({ observation }: { observation: Observation }) {
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
    sanitized,
    costNote,
  } = observation;
  const usage = [
    latency !== null && formatDuration(latency * 1_000),
    totalTokens !== null && `${formatNumber(totalTokens)} tokens`,
    totalCost !== null && `${formatCost(totalCost)}${costNote ? " (computed)" : ""}`,
  ].filter(Boolean);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <LevelStatus level={level ?? "DEFAULT"} className="text-base font-semibold" />
        {type && <Badge tone="outline">{type}</Badge>}
        {usage.length > 0 && <span className="text-sm text-muted tabular-nums">{usage.join(" · ")}</span>}
      </div>
      {sanitized && (
        <Banner tone="warning">
          It held characters that cannot be stored (NUL or lone surrogates). They were replaced with U+FFFD.
        </Banner>
      )}
      <KeyValue
        items={[
          { label: "Trace", value: traceId, copy: traceId ?? undefined, isMono: true },
          ...(sessionId ? [{ label: "Session", value: sessionId, copy: sessionId, isMono: true }] : []),
          ...(userId ? [{ label: "User", value: userId, copy: userId, isMono: true }] : []),
          ...(model ? [{ label: "Model", value: model }] : []),
          ...(costNote ? [{ label: "Cost", value: costNote }] : []),
          { label: "Environment", value: environment },
          { label: "Started", value: startTime && <Time value={startTime} format="absolute" /> },
          { label: "First received", value: <Time value={observation.firstReceivedAt} format="absolute" /> },
          { label: "Last received", value: <Time value={observation.receivedAt} format="absolute" /> },
        ]}
      />
    </div>
  );
}
