import { toneFillClasses } from "@/components/tone-fill-classes";
import { formatRate } from "@/lib/format";
import type { OverviewFigures } from "./types";

type Point = OverviewFigures["points"][number];

/** The outcomes of deliveries that a bar stacks, from the bottom up, with their colours. */
export const chartOutcomes = [
  { key: "delivered", label: "Delivered", className: toneFillClasses.success },
  { key: "retrying", label: "Failed, retried", className: toneFillClasses.warning },
  { key: "failed", label: "Failed", className: toneFillClasses.danger },
  { key: "skipped", label: "Skipped", className: toneFillClasses.neutral },
] as const;

export const countOutcomesOfPoint = (point: Point): number =>
  chartOutcomes.reduce((sum, { key }) => sum + point[key], 0);

/**
 * Returns the share of failed attempts in each interval of the chart, 0 to 1; null for an interval without attempts.
 */
export const computeErrorRates = (points: readonly Point[]): (number | null)[] =>
  points.map(({ delivered, retrying, failed }) => {
    const attempts = delivered + retrying + failed;
    return attempts === 0 ? null : (retrying + failed) / attempts;
  });

/** Returns the error rate of one interval as text, such as `12.5 %`, or a dash without attempts. */
export function formatErrorRate(point: Point): string {
  const [rate] = computeErrorRates([point]);
  return rate == null ? "–" : formatRate(rate);
}

/**
 * Returns polylines through values between 0 and 1, as point lists for an SVG of 100 by 100; the value 0 is at the
 * bottom. A null value interrupts the line, because nothing was measured there. A single value between nulls becomes a
 * short dash.
 */
export function makeSvgLines(values: readonly (number | null)[]): string[] {
  const runs: [number, number][][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const run = runs.at(-1);
    if (run && index > 0 && values[index - 1] !== null) run.push([index, value]);
    else runs.push([[index, value]]);
  });
  const place = ([index, value]: [number, number], shift = 0.5): string =>
    `${round(((index + shift) / values.length) * 100)},${round((1 - value) * 100)}`;
  return runs.map((run) =>
    run.length === 1 && run[0] ? `${place(run[0], 0.1)} ${place(run[0], 0.9)}` : run.map((at) => place(at)).join(" "),
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * Returns a round maximum for a chart's axis, at least `value`: 1, 2 or 5 times a power of ten, doubled if odd, so that
 * half of it is a whole number.
 */
export function chooseAxisMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= value) ?? value;
  return Math.max(2, nice % 2 === 0 ? nice : nice * 2);
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

/**
 * Returns the label of a time on a chart's axis, in the person's zone: the day if an interval is an hour or longer,
 * else the time of day.
 */
export const formatAxisTick = (at: Date, stepMs: number): string =>
  at.toLocaleString("en-GB", stepMs >= HOUR_MS ? day : clock);

/**
 * Returns the time interval of one bar as text, in the person's zone; only its first day if it lasts a day or longer.
 */
export function formatBarInterval(at: Date, stepMs: number): string {
  if (stepMs >= DAY_MS) return at.toLocaleDateString("en-GB", day);
  const end = new Date(at.getTime() + stepMs);
  return `${at.toLocaleString("en-GB", { ...day, ...clock })}–${end.toLocaleTimeString("en-GB", clock)}`;
}
