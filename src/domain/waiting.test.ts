import { describe, expect, it } from "vitest";
import { closedBreaker } from "./breaker";
import { defaultEndpointLimits, initialEndpointPace } from "./endpoint-pace";
import { emptyFaultRecord } from "./switch-off";
import { explainWait, type WaitCircumstances } from "./waiting";

const NOW = new Date("2026-02-01T12:00:00Z");
const at = (ms: number): Date => new Date(NOW.getTime() + ms);
const due = { dueAt: at(-1_000), reason: "Answered 500: tried again.", isResend: false, bodyRemoved: false };
const action = { deleted: false, off: false, paused: null, limits: defaultEndpointLimits };
const free: WaitCircumstances = {
  projectDeleted: false,
  triggerDeleted: false,
  action,
  health: { breaker: closedBreaker, pace: initialEndpointPace, faults: emptyFaultRecord },
};
const open = { ...closedBreaker, openedAt: 0, openUntil: at(30_000).getTime() };
const tried = { ...open, openUntil: at(-1).getTime() };
const probe = { token: "p", until: at(40_000).getTime() };
const full = { slots: [["t", 100, at(9_000).getTime()] as [string, number, number]], rateAt: 0 };

describe("an execution that is PENDING waits", () => {
  it.each([
    ["to be cancelled, as its project was deleted", due, { projectDeleted: true }, "ending", null],
    ["to be cancelled, as its action was deleted", due, { action: { ...action, deleted: true } }, "ending", null],
    ["to be cancelled, as its trigger was deleted", due, { triggerDeleted: true }, "ending", null],
    [
      "for its run, if a person sent it again after its trigger was deleted",
      { ...due, isResend: true },
      { triggerDeleted: true },
      "wake",
      0,
    ],
    ["to be skipped", due, { action: { ...action, off: true } }, "ending", null],
    ["to be ended, as its body was removed", { ...due, bodyRemoved: true }, {}, "ending", null],
    ["for a person who paused its action", due, { action: { ...action, paused: { by: "ann" } } }, "paused", null],
    [
      "for a person, even before it is due",
      { ...due, dueAt: at(60_000) },
      { action: { ...action, paused: { by: "ann" } } },
      "paused",
      null,
    ],
    ["until it is due", { ...due, dueAt: at(60_000) }, {}, "not due", 60_000],
    ["for the end of its breaker's pause", due, { health: { ...free.health!, breaker: open } }, "breaker", 30_000],
    ["for a probe on the wire", due, { health: { ...free.health!, breaker: { ...tried, probe } } }, "probe", 40_000],
    ["to be the probe", due, { health: { ...free.health!, breaker: tried } }, "wake", 0],
    ["for a free slot", due, { health: { ...free.health!, pace: full } }, "slots", 9_000],
    [
      "for the rate of its action",
      due,
      {
        action: { ...action, limits: { maxConcurrent: 100, maxPerSecond: 1 } },
        health: { ...free.health!, pace: { slots: [], rateAt: at(2_000).getTime() } },
      },
      "rate",
      2_000,
    ],
    ["for its run", due, {}, "wake", 0],
    ["for its run, where its action was never woken", due, { health: null }, "wake", 0],
    [
      "for its turn, where its action sends others",
      { ...due, dueAt: at(-180_000) },
      { health: { ...free.health!, faults: { ...emptyFaultRecord, lastFailureAt: at(-1_000).getTime() } } },
      "wake",
      null,
    ],
    ["for an engine that is behind", { ...due, dueAt: at(-180_000) }, {}, "engine", null],
  ] as [string, typeof due, Partial<WaitCircumstances>, string, number | null][])(
    "%s",
    (_, execution, change, kind, until) => {
      const wait = explainWait(execution, { ...free, ...change }, NOW);
      expect(wait.kind).toBe(kind);
      expect(wait.until).toEqual(until === null ? null : at(until));
      expect(wait.reason).toMatch(/^[A-Z].*\.$/);
    },
  );
});
