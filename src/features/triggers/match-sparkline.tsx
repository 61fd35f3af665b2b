import { formatCountWithNoun } from "@/lib/format";

type SparklineProps = { hours: readonly { matched: number; failed: number }[] };

/**
 * Draws a trigger's matches of the last 24 hours as small bars, 80 by 20 px. The red part of a bar counts failed
 * executions.
 */
export function MatchSparkline({ hours }: SparklineProps) {
  const most = Math.max(1, ...hours.map(({ matched, failed }) => Math.max(matched, failed)));
  const matched = hours.reduce((sum, hour) => sum + hour.matched, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  return (
    <span
      role="img"
      aria-label={`24 hours: ${formatCountWithNoun(matched, "match", "matches")}, ${failed} failed`}
      className="inline-flex h-5 w-20 items-end gap-px border-b align-middle"
    >
      {hours.map((hour, index) => {
        const height = (Math.max(hour.matched, hour.failed) / most) * 100;
        const red = Math.min(1, hour.failed / Math.max(hour.matched, hour.failed, 1)) * 100;
        return (
          <span
            key={index}
            className="flex flex-1 flex-col justify-end bg-transparent"
            style={{ height: `${height}%` }}
          >
            <span className="block bg-danger" style={{ height: `${red}%` }} />
            <span className="block bg-neutral" style={{ height: `${100 - red}%` }} />
          </span>
        );
      })}
    </span>
  );
}
