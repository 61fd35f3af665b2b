import type { CSSProperties, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { StatusDot } from "./status";
import { toneFillClasses } from "./tone-fill-classes";
import type { ColorTone } from "./ui/badge";

export type TimelineItem = {
  id: string;
  tone: ColorTone;
  isHollow?: boolean;
  title: ReactNode;
  /** content at the right of the item, such as its time */
  time?: ReactNode;
  /** the wait before the item, in ms; null or undefined without a wait */
  waitMs?: number | null;
  /** the reason of the wait, such as `retry` or `delay` */
  waitLabel?: string;
  /** the duration of the item, in ms; null while the item runs; undefined draws no bar */
  durationMs?: number | null;
  /** a sentence about the item, such as an error or a reason */
  detail?: ReactNode;
};

/**
 * Lists items in the order of time, with the waits between them. Each item has a bar for its duration, relative to the
 * longest duration.
 */
export function Timeline({
  items,
  label,
  className,
}: {
  items: readonly TimelineItem[];
  label: string;
  className?: string;
}) {
  const longest = Math.max(1, ...items.map((item) => item.durationMs ?? 0));
  return (
    <ol aria-label={label} className={cn("flex flex-col", className)}>
      {items.map((item, index) => (
        <li key={item.id} className="relative pl-6">
          {index < items.length - 1 && (
            <span aria-hidden className="absolute top-3 bottom-[-0.75rem] left-[3.5px] w-px bg-line-strong" />
          )}
          {item.waitMs ? <Wait ms={item.waitMs} label={item.waitLabel ?? "waited"} isFirst={index === 0} /> : null}
          <Item item={item} share={(item.durationMs ?? 0) / longest} />
        </li>
      ))}
    </ol>
  );
}

function Wait({ ms, label, isFirst }: { ms: number; label: string; isFirst: boolean }) {
  return (
    <p className="pt-0.5 pb-4 text-xs text-subtle tabular-nums">
      {!isFirst && (
        <span aria-hidden className="absolute top-0 left-[3.5px] h-6 border-l border-dashed border-surface" />
      )}
      {label} {formatDuration(ms)}
    </p>
  );
}

function Item({ item, share }: { item: TimelineItem; share: number }) {
  return (
    <div className="relative pb-4">
      <StatusDot tone={item.tone} isHollow={item.isHollow} className="absolute top-1.5 -left-6" />
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0 font-medium">{item.title}</span>
        {item.time && <span className="text-xs text-muted">{item.time}</span>}
      </div>
      {item.durationMs !== undefined && (
        <div className="mt-1 flex items-center gap-3">
          <span aria-hidden className="h-1 flex-1 overflow-hidden rounded-full bg-neutral-soft">
            <span
              style={{ width: `${Math.max(share * 100, 1)}%` } satisfies CSSProperties}
              className={cn("block h-full rounded-full", bars[item.tone])}
            />
          </span>
          <span className="w-16 text-right text-xs text-muted tabular-nums">
            {item.durationMs === null ? "running" : formatDuration(item.durationMs)}
          </span>
        </div>
      )}
      {item.detail && <div className="mt-1 text-xs break-words text-muted">{item.detail}</div>}
    </div>
  );
}

const bars: Record<ColorTone, string> = {
  ...toneFillClasses,
  running: `${toneFillClasses.running} animate-pulse`,
};
