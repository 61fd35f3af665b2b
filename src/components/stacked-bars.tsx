"use client";

import { PageLink } from "./ui/page-link";
import { formatNumber } from "@/lib/format";
import { useHydrated } from "@/lib/use-hydrated";
import { cn } from "@/lib/cn";
import { Tooltip } from "./ui/tooltip";

export type BarSeries<Key extends string> = {
  key: Key;
  label: string;
  /** the CSS class of the colour, such as `bg-success` */
  className: string;
};

export type BarPoint<Key extends string> = {
  /** the start of the interval that this bar counts */
  at: Date;
  values: Readonly<Record<Key, number>>;
  /** the URL that a click on the bar opens */
  href?: string;
};

type StackedBarsProps<Key extends string, Column extends Key> = {
  /** the accessible name of the chart, such as `Executions by hour` */
  label: string;
  /** the series of each bar, from the bottom up */
  series: readonly BarSeries<Column>[];
  /** the columns of the table for screen readers; the table may have more columns than the bars have series */
  columns: readonly { key: Key; label: string }[];
  bars: readonly BarPoint<Key>[];
  unit: "hour" | "day";
};

const dayFormat: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
const hourFormat: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/** A chart of counts over time as stacked bars. Screen readers get a table with the same numbers. */
export function StackedBars<Key extends string, Column extends Key>({
  label,
  series,
  columns,
  bars,
  unit,
}: StackedBarsProps<Key, Column>) {
  const isHydrated = useHydrated();
  const totalOf = (bar: BarPoint<Key>): number => series.reduce((sum, { key }) => sum + bar.values[key], 0);
  const most = Math.max(1, ...bars.map(totalOf));
  const isLong = unit === "day" || bars.length > 24;
  const name = (at: Date): string =>
    at.toLocaleString("en-GB", unit === "day" ? dayFormat : isLong ? { ...dayFormat, ...hourFormat } : hourFormat);
  const tick = (at: Date): string => at.toLocaleString("en-GB", isLong ? dayFormat : hourFormat);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => bars[Math.round(share * (bars.length - 1))]);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex gap-3">
        <div
          aria-hidden
          className="flex h-36 w-8 shrink-0 flex-col justify-between text-right text-xs text-subtle tabular-nums"
        >
          <span>{formatNumber(most)}</span>
          <span>0</span>
        </div>
        <div className="min-w-0 flex-1">
          <div className={cn("flex h-36 items-stretch border-y", bars.length > 60 ? "gap-0" : "gap-px sm:gap-1")}>
            {bars.map((bar) => (
              <Stack
                key={bar.at.getTime()}
                bar={bar}
                series={series}
                most={most}
                total={totalOf(bar)}
                name={name(bar.at)}
              />
            ))}
          </div>
          <div aria-hidden className="mt-1.5 flex justify-between text-xs text-subtle tabular-nums">
            {ticks.map((bar, index) => (
              <span key={index}>{isHydrated && bar ? tick(bar.at) : "\u00a0"}</span>
            ))}
          </div>
        </div>
      </div>
      <ul aria-hidden className="flex flex-wrap gap-x-4 gap-y-1 pl-11 text-xs text-muted">
        {series.map(({ key, label: each, className }) => (
          <li key={key} className="flex items-center gap-1.5">
            <span className={cn("size-2 rounded-xs", className)} />
            {each}
          </li>
        ))}
      </ul>
      <NumbersTable label={label} columns={columns} bars={bars} unit={unit} />
    </div>
  );
}

type StackProps<Key extends string, Column extends Key> = {
  bar: BarPoint<Key>;
  series: readonly BarSeries<Column>[];
  most: number;
  total: number;
  name: string;
};

function Stack<Key extends string, Column extends Key>({
  bar: { values, href },
  series,
  most,
  total,
  name,
}: StackProps<Key, Column>) {
  const className = "flex min-w-0 flex-1 flex-col justify-end rounded-t-sm";
  if (total === 0) return <span className={className} />;
  const counts = series
    .filter(({ key }) => values[key] > 0)
    .map(({ key, label }) => `${formatNumber(values[key])} ${label.toLowerCase()}`);
  const text = `${name}: ${counts.join(", ")}`;
  const stack = (
    <span
      className="flex min-h-0.5 flex-col-reverse overflow-hidden rounded-t-xs"
      style={{ height: `${(total / most) * 100}%` }}
    >
      {series.map(({ key, className: color }) => (
        <span key={key} className={cn("block shrink-0", color)} style={{ height: `${(values[key] / total) * 100}%` }} />
      ))}
    </span>
  );
  return (
    <Tooltip content={text}>
      {href ? (
        <PageLink href={href} aria-label={text} className={cn(className, "hover:bg-hover")}>
          {stack}
        </PageLink>
      ) : (
        <span className={className}>{stack}</span>
      )}
    </Tooltip>
  );
}

type TableProps<Key extends string> = {
  label: string;
  columns: readonly { key: Key; label: string }[];
  bars: readonly BarPoint<Key>[];
  unit: "hour" | "day";
};

function NumbersTable<Key extends string>({ label, columns, bars, unit }: TableProps<Key>) {
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{unit === "day" ? "Day" : "Hour"}</th>
            {columns.map((column) => (
              <th key={column.key} scope="col">
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map(({ at, values }) => (
            <tr key={at.getTime()}>
              <th scope="row">
                {unit === "day"
                  ? at.toISOString().slice(0, 10)
                  : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`}
              </th>
              {columns.map(({ key }) => (
                <td key={key}>{values[key]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
