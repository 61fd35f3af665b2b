import { expect, it } from "vitest";
import { attemptErrorFacts, classifyAttemptError, wasEndpointTried } from "./attempt-error";
import { classifyOutcomeForEndpoint } from "./switch-off";
import { decideStepAfterAttempt } from "./retry";

it("counts error codes without a kind as other, and distinguishes attempts that sent nothing", () => {
  expect(["dns", "4xx", "redirect", "protocol", null].map(classifyAttemptError)).toEqual([
    "dns",
    "4xx",
    "other",
    "other",
    "other",
  ]);
  expect([null, "timeout", "blocked", "template"].map(wasEndpointTried)).toEqual([true, true, false, false]);
});

it("a code that no retry can mend ends the schedule, and an own fault says nothing about the endpoint", () => {
  for (const [code, { isFinal = false, isOwnFault = false }] of Object.entries(attemptErrorFacts)) {
    const outcome = { kind: "error", code: code as keyof typeof attemptErrorFacts } as const;
    const next = decideStepAfterAttempt({
      policy: { preset: "standard" },
      attemptsSpent: 1,
      outcome,
      now: new Date(0),
      random: 0.5,
    });
    expect([code, next.result, classifyOutcomeForEndpoint(outcome)]).toEqual([
      code,
      isFinal ? "failed" : "retry",
      isOwnFault ? "none" : "failure",
    ]);
  }
});
