import { expect, test } from "vitest";
import type { Attempt } from "../types";
import { listAttemptAndWaitSpans } from "./attempt-and-wait-spans";

const attempt = (id: string, startS: number, durationMs: number | null): Attempt =>
  ({ id, startedAt: new Date(startS * 1_000), durationMs, finishedAt: null }) as Attempt;

test("waits between attempts have their true length, beginning with the wait after the creation", () => {
  const spans = listAttemptAndWaitSpans({
    createdAt: new Date(0),
    attempts: [attempt("a", 1, 500), attempt("b", 6.5, 20)],
  });
  expect(spans.map(({ ms, attempt: of }) => [of?.id ?? null, ms])).toEqual([
    [null, 1_000],
    ["a", 500],
    [null, 5_000],
    ["b", 20],
  ]);
});

test("an attempt that runs has no length yet, and one right after the creation no wait before it", () => {
  expect(listAttemptAndWaitSpans({ createdAt: new Date(1_000), attempts: [attempt("a", 1, null)] })).toMatchObject([
    { ms: 0 },
  ]);
});
