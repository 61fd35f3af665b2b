import { toneFillClasses } from "@/components/tone-fill-classes";
import type { OverviewFigures } from "./types";

type Point = OverviewFigures["points"][number];

/** The outcomes of the bars, from the bottom up, in the colours of the statuses. */
export const chartOutcomes = [
  { key: "delivered", label: "Delivered", className: toneFillClasses.success },
  { key: "retrying", label: "Failed, retried", className: toneFillClasses.warning },
  { key: "failed", label: "Failed", className: toneFillClasses.danger },
  { key: "skipped", label: "Skipped", className: toneFillClasses.neutral },
] as const;

export const countOutcomesOfPoint = (point: Point): number =>
  chartOutcomes.reduce((sum, { key }) => sum + point[key], 0);

/** Returns the share of failed attempts in each step; null for a step without attempts. */
export const errorRatesOfPoints = (points: readonly Point[]): (number | null)[] =>
  points.map(({ delivered, retrying, failed }) => {
    const attempts = delivered + retrying + failed;
    return attempts === 0 ? null : (retrying + failed) / attempts;
  });

/**
 * Returns lines through values between 0 and 1, as points of an SVG of 100 by 100, from the bottom up. A step without a
 * value interrupts the line, because nothing was measured there. A single value becomes a short dash.
 */
export function svgLinesThrough(values: readonly (number | null)[]): string[] {
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

/** Returns the end of an axis: 1, 2 or 5 times a power of ten. It is even, so that the middle is a whole number. */
export function niceAxisMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= value) ?? value;
  return Math.max(2, nice % 2 === 0 ? nice : nice * 2);
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

/**
 * Returns the label of a time on an axis, in the reader's zone: the day if a step is an hour or longer, else the time.
 */
export const axisTickLabel = (at: Date, stepMs: number): string =>
  at.toLocaleString("en-GB", stepMs >= HOUR_MS ? day : clock);

/** Returns the interval of one bar in words, in the reader's zone. */
export function barIntervalLabel(at: Date, stepMs: number): string {
  if (stepMs >= DAY_MS) return at.toLocaleDateString("en-GB", day);
  const end = new Date(at.getTime() + stepMs);
  return `${at.toLocaleString("en-GB", { ...day, ...clock })}–${end.toLocaleTimeString("en-GB", clock)}`;
}
