import { expect, test } from "vitest";
import { decide, type DecideInput } from "./decide";

const now = new Date("2026-01-02T03:04:05.000Z");
const failure = { reason: "latency > 5: saw 1.2" };
const base: DecideInput = {
  trigger: { id: "trg_1", samplingRate: 1, samplingBy: "source", delaySeconds: 0 },
  action: { id: "act_1", enabled: true },
  evaluation: { matched: true, failure: null },
  existing: null,
  roomUnderCap: true,
  keys: { sourceId: "obs-1", traceId: null, sessionId: null },
  now,
};
const pending = { status: "PENDING", attemptsMade: 0, cancelledBy: null, isResend: false } as const;

type Case = [what: string, change: Partial<DecideInput>, expected: object];
const cases: Case[] = [
  ["a match creates a waiting execution that is due now", {}, { kind: "created", status: "PENDING", dueAt: now }],
  ["a delay moves the due time", { trigger: { ...base.trigger, delaySeconds: 60 } }, { kind: "created", dueAt: new Date("2026-01-02T03:05:05.000Z") }],
  ["an action that is off is skipped, and kept", { action: { id: "act_1", enabled: false } }, { kind: "created", status: "SKIPPED" }],
  ["a rate of 0 samples everything out", { trigger: { ...base.trigger, samplingRate: 0 } }, { kind: "sampled_out", rate: 0 }],
  ["over the cap is skipped, and kept", { roomUnderCap: false }, { kind: "over_cap", status: "SKIPPED" }],
  ["a non-match names the condition", { evaluation: { matched: false, failure } }, { kind: "not_matched", reason: "Not matched: latency > 5: saw 1.2" }],
  ["a second match renews what waits", { existing: pending }, { kind: "skipped_exists", effect: "renew_input" }],
  ["after an attempt the input stays", { existing: { ...pending, attemptsMade: 1 } }, { kind: "skipped_exists", effect: "none" }],
  ["a finished execution stays finished", { existing: { ...pending, status: "COMPLETED", attemptsMade: 1 } }, { kind: "skipped_exists", effect: "none" }],
  ["no longer matching cancels what waits", { evaluation: { matched: false, failure }, existing: pending }, { kind: "cancelled", effect: "cancel" }],
  ["… and marks what is on the wire", { evaluation: { matched: false, failure }, existing: { ...pending, status: "RUNNING", attemptsMade: 1 } }, { kind: "cancelled", effect: "mark" }],
  ["… but not what a person sent again", { evaluation: { matched: false, failure }, existing: { ...pending, isResend: true } }, { kind: "skipped_exists", effect: "none" }],
  ["… and nothing that has finished", { evaluation: { matched: false, failure }, existing: { ...pending, status: "ERROR", attemptsMade: 9 } }, { kind: "not_matched_finished" }],
  ["an automatic cancel is undone by a new match", { existing: { ...pending, status: "CANCELLED", cancelledBy: "system" } }, { kind: "skipped_exists", effect: "rearm", dueAt: now }],
  ["… unless an attempt was made", { existing: { ...pending, status: "CANCELLED", cancelledBy: "system", attemptsMade: 1 } }, { kind: "skipped_exists", effect: "none" }],
  ["… or a person cancelled it", { existing: { ...pending, status: "CANCELLED", cancelledBy: "user" } }, { kind: "skipped_exists", effect: "none" }],
  ["an existing execution comes before sampling", { existing: pending, trigger: { ...base.trigger, samplingRate: 0 } }, { kind: "skipped_exists", effect: "renew_input" }],
];

test.each(cases)("%s", (_what, change, expected) => {
  const decision = decide({ ...base, ...change });
  expect(decision).toMatchObject(expected);
  expect(decision.reason).not.toBe("");
});
