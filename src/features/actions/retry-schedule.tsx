import type { CSSProperties } from "react";
import { retryDelaysOf, type RetryPolicy } from "@/domain/retry";
import { formatDuration, formatCountWithNoun } from "@/lib/format";

/**
 * Draws the attempts of a retry policy on a time axis, and lists their times. The scale is logarithmic, so that waits
 * of seconds and of days are both visible.
 */
export function RetrySchedule({ policy }: { policy: RetryPolicy }) {
  const waits = retryDelaysOf(policy);
  const times = waits.reduce<number[]>(
    (all, wait) => [...all, (all.at(-1) ?? 0) + (Number.isFinite(wait) ? wait : 0)],
    [0],
  );
  const last = times.at(-1) ?? 0;
  const placeOf = (seconds: number): number => (last === 0 ? 0 : (Math.log1p(seconds) / Math.log1p(last)) * 100);
  return (
    <div className="rounded-lg border bg-sunken px-4 py-3">
      <p className="text-xs text-muted">
        {waits.length === 0
          ? "One attempt, and none after it."
          : `${formatCountWithNoun(times.length, "attempt")} over ${formatDuration(last * 1_000)}`}
      </p>
      {waits.length > 0 && (
        <>
          <div aria-hidden className="relative mx-1 my-3 h-2">
            <span className="absolute inset-x-0 top-[3.5px] h-px bg-line-strong" />
            {times.map((time, index) => (
              <span
                key={index}
                style={{ left: `${placeOf(time)}%` } satisfies CSSProperties}
                className="absolute top-0 size-2 -translate-x-1/2 rounded-full bg-warning ring-2 ring-sunken"
              />
            ))}
          </div>
          <ol
            aria-label="Attempts"
            className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-x-4 gap-y-1 text-xs tabular-nums"
          >
            {times.map((time, index) => (
              <li key={index} className="flex gap-2">
                <span className="w-4 shrink-0 text-right text-subtle">{index + 1}</span>
                <span className="text-muted">{index === 0 ? "at once" : `+ ${formatDuration(time * 1_000)}`}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
