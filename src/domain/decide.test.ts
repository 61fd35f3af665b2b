import { expect, test } from "vitest";
import {
  decideOnEvent,
  getDecisionLabel,
  describeDecisionReason,
  makeOlderEventDecision,
  computeLongestQuietWaitSeconds,
  type DecisionInput,
} from "./decide";

const now = new Date("2026-01-02T03:04:05.000Z");
const failure = { reason: "latency > 5: saw 1.2" };
const base: DecisionInput = {
  trigger: { id: "trg_1", samplingRate: 1, samplingBy: "source", delaySeconds: 0, delayMode: "fixed" },
  action: { id: "act_1", enabled: true },
  evaluation: { matched: true, failure: null },
  existing: null,
  roomUnderCap: true,
  keys: { sourceId: "obs-1", traceId: null, sessionId: null },
  now,
};
const pending = {
  status: "PENDING",
  attemptsMade: 0,
  cancelledBy: null,
  isResend: false,
  createdAt: now,
  dueAt: now,
} as const;

type Case = [what: string, change: Partial<DecisionInput>, expected: object];
const cases: Case[] = [
  ["a match creates a waiting execution that is due now", {}, { kind: "created", status: "PENDING", dueAt: now }],
  [
    "a delay moves the due time",
    { trigger: { ...base.trigger, delaySeconds: 60 } },
    { kind: "created", dueAt: new Date("2026-01-02T03:05:05.000Z") },
  ],
  [
    "a match whose action is off is kept as SKIPPED",
    { action: { id: "act_1", enabled: false } },
    { kind: "created", status: "SKIPPED", skipReason: "action off" },
  ],
  [
    "a rate of 0 samples everything out",
    { trigger: { ...base.trigger, samplingRate: 0 } },
    { kind: "sampled_out", rate: 0, reason: "Sampled out: its bucket 0.4745 is not below the rate 0." },
  ],
  [
    "the filter comes before sampling",
    { trigger: { ...base.trigger, samplingRate: 0 }, evaluation: { matched: false, failure } },
    { kind: "not_matched" },
  ],
  [
    "sampling comes before the cap",
    { trigger: { ...base.trigger, samplingRate: 0 }, roomUnderCap: false },
    { kind: "sampled_out" },
  ],
  [
    "the cap comes before an action that is off",
    { action: { id: "act_1", enabled: false }, roomUnderCap: false },
    { kind: "over_cap" },
  ],
  [
    "a non-match without a failed condition says that the filter did not hold",
    { evaluation: { matched: false, failure: null } },
    { kind: "not_matched", reason: "Not matched", seen: "the filter did not hold" },
  ],
  ["a match over the cap is kept as SKIPPED", { roomUnderCap: false }, { kind: "over_cap", status: "SKIPPED" }],
  [
    "a non-match names the condition",
    { evaluation: { matched: false, failure } },
    { kind: "not_matched", reason: "Not matched", seen: "latency > 5: saw 1.2" },
  ],
  [
    "an existing execution needs no room under the cap",
    { existing: pending, roomUnderCap: false },
    { kind: "skipped_exists", effect: "renew_input" },
  ],
  [
    "a match changes nothing while an attempt is on the wire",
    { existing: { ...pending, status: "RUNNING", attemptsMade: 1 } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a match does not repeat a failed execution",
    { existing: { ...pending, status: "ERROR", attemptsMade: 10 } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a match does not repeat a skipped execution",
    { existing: { ...pending, status: "SKIPPED" } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a second match renews the input of an execution that waits",
    { existing: pending },
    { kind: "skipped_exists", effect: "renew_input" },
  ],
  [
    "a match after an attempt leaves the input as it is",
    { existing: { ...pending, attemptsMade: 1 } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a finished execution stays finished",
    { existing: { ...pending, status: "COMPLETED", attemptsMade: 1 } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a non-match cancels an execution that waits",
    { evaluation: { matched: false, failure }, existing: pending },
    { kind: "cancelled", effect: "cancel", reason: "Cancelled: no longer matches", seen: "latency > 5: saw 1.2" },
  ],
  [
    "a non-match cancels an execution that waits for a retry",
    { evaluation: { matched: false, failure }, existing: { ...pending, attemptsMade: 3 } },
    { kind: "cancelled", effect: "cancel" },
  ],
  [
    "a non-match leaves a resend that is on the wire alone",
    {
      evaluation: { matched: false, failure },
      existing: { ...pending, status: "RUNNING", attemptsMade: 2, isResend: true },
    },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a non-match marks an execution whose attempt is on the wire",
    { evaluation: { matched: false, failure }, existing: { ...pending, status: "RUNNING", attemptsMade: 1 } },
    {
      kind: "cancelled",
      effect: "mark",
      reason: "Cancelled: no longer matches. An attempt is under way, and none follows it",
      seen: "latency > 5: saw 1.2",
    },
  ],
  [
    "a non-match leaves a resend that waits alone",
    { evaluation: { matched: false, failure }, existing: { ...pending, isResend: true } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a non-match leaves a finished execution alone",
    { evaluation: { matched: false, failure }, existing: { ...pending, status: "ERROR", attemptsMade: 9 } },
    { kind: "not_matched_finished", reason: "Not matched: already finished (ERROR)", seen: "latency > 5: saw 1.2" },
  ],
  [
    "a non-match leaves a cancelled execution alone",
    { evaluation: { matched: false, failure }, existing: { ...pending, status: "CANCELLED", cancelledBy: "system" } },
    { kind: "not_matched_finished" },
  ],
  [
    "a new match undoes an automatic cancel",
    { existing: { ...pending, status: "CANCELLED", cancelledBy: "system" } },
    { kind: "skipped_exists", effect: "rearm", dueAt: now },
  ],
  [
    "an execution whose cancel is undone waits for the trigger's delay, from now",
    {
      trigger: { ...base.trigger, delaySeconds: 60 },
      existing: { ...pending, status: "CANCELLED", cancelledBy: "system" },
    },
    { kind: "skipped_exists", effect: "rearm", dueAt: new Date("2026-01-02T03:05:05.000Z") },
  ],
  [
    "an automatic cancel stays while the action is off",
    { action: { id: "act_1", enabled: false }, existing: { ...pending, status: "CANCELLED", cancelledBy: "system" } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "an automatic cancel stays after an attempt",
    { existing: { ...pending, status: "CANCELLED", cancelledBy: "system", attemptsMade: 1 } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "a person's cancel stays",
    { existing: { ...pending, status: "CANCELLED", cancelledBy: "user" } },
    { kind: "skipped_exists", effect: "none" },
  ],
  [
    "an existing execution comes before sampling",
    { existing: pending, trigger: { ...base.trigger, samplingRate: 0 } },
    { kind: "skipped_exists", effect: "renew_input" },
  ],
];

test.each(cases)("%s", (_what, change, expected) => {
  const decision = decideOnEvent({ ...base, ...change });
  expect(decision).toMatchObject(expected);
  expect(decision.reason).not.toBe("");
});

test("an event older than the stored state is ignored, and says so", () => {
  expect(makeOlderEventDecision()).toEqual({
    kind: "ignored_older",
    reason: "Ignored: a newer state is stored already.",
  });
});

test("each kind has a label of its own", () => {
  expect(getDecisionLabel("cancelled")).toBe("cancelled: no longer matches");
  const kinds = [
    "created",
    "over_cap",
    "skipped_exists",
    "cancelled",
    "not_matched",
    "not_matched_finished",
    "sampled_out",
    "ignored_older",
  ] as const;
  expect(new Set(kinds.map(getDecisionLabel)).size).toBe(kinds.length);
});

test("a reason quotes the value seen only for readers of bodies", () => {
  const seen = 'input contains "x": saw "a\nNot matched: SECRET"';
  expect(describeDecisionReason("Not matched", seen, true)).toBe(`Not matched: ${seen}`);
  expect(describeDecisionReason("Not matched", seen, false)).not.toContain("SECRET");
  expect(describeDecisionReason("Matched.", null, false)).toBe("Matched.");
});

const quiet = { ...base.trigger, delaySeconds: 60, delayMode: "quiet" } as const;
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
const dueAfterUpdate = (atSeconds: number, existing: Partial<NonNullable<DecisionInput["existing"]>> = {}) => {
  const decision = decideOnEvent({
    ...base,
    trigger: quiet,
    existing: { ...pending, ...existing },
    now: after(atSeconds),
  });
  return decision.kind === "skipped_exists" && decision.effect === "renew_input" ? decision.dueAt : undefined;
};

test("newer states prolong a quiet period until ten periods after the execution was created", () => {
  expect(dueAfterUpdate(30, { dueAt: after(60) })).toEqual(after(90));
  expect(dueAfterUpdate(539, { dueAt: after(598) })).toEqual(after(599));
  expect(dueAfterUpdate(590, { dueAt: after(600) })).toEqual(after(600));
});

test("an execution that matches again long after its creation keeps its due time", () => {
  expect(dueAfterUpdate(9_010, { dueAt: after(9_060) })).toEqual(after(9_060));
});

test("the longest wait is ten periods and a day at most, and never less than one period", () => {
  expect([1, 60, 8_640, 50_000, 100_000].map(computeLongestQuietWaitSeconds)).toEqual([
    10, 600, 86_400, 86_400, 100_000,
  ]);
});
