import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveAttemptOutcome, parseRetryAfter, type ReceiverAnswerHead } from "./action/webhook/answer";
import {
  decideStepAfterAttempt,
  RetryPolicy,
  retryDelaysOf,
  type AttemptOutcome,
  type StepAfterAttempt,
} from "./retry";

const now = new Date("2026-01-02T03:04:05.000Z");
const answered = (
  status: number,
  headers: { retryAfter?: string | string[]; webhookDelivery?: string | string[] } = {},
): AttemptOutcome =>
  deriveAttemptOutcome(
    {
      kind: "response",
      status,
      retryAfter: [headers.retryAfter ?? []].flat(),
      webhookDelivery: [headers.webhookDelivery ?? []].flat(),
    },
    now,
  );
const next = (outcome: AttemptOutcome, attemptsSpent = 1, random = 0.5): StepAfterAttempt =>
  decideStepAfterAttempt({ policy: { preset: "standard" }, attemptsSpent, outcome, now, random });
const waitMs = (result: StepAfterAttempt): number =>
  result.result === "retry" ? result.at.getTime() - now.getTime() : Number.NaN;

test("the standard table is that of Standard Webhooks: 10 attempts over 75.6 hours", () => {
  const schedule = retryDelaysOf({ preset: "standard" });
  expect(schedule).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(schedule.reduce((sum, seconds) => sum + seconds, 0) / 3_600).toBeCloseTo(75.6, 1);
});

test.each([answered(500), answered(503), { kind: "error", code: "timeout" } as const])(
  "the fast preset makes 6 attempts within an hour, whatever the jitter (%o)",
  (outcome) => {
    const waits = [1, 2, 3, 4, 5].map((attemptsSpent) =>
      waitMs(decideStepAfterAttempt({ policy: { preset: "fast" }, attemptsSpent, outcome, now, random: 0.999_999 })),
    );
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3_600_000);
    expect(
      decideStepAfterAttempt({ policy: { preset: "fast" }, attemptsSpent: 6, outcome, now, random: 0 }).result,
    ).toBe("failed");
  },
);

test("each delay has ±20 % jitter", () => {
  expect(waitMs(next(answered(500), 2, 0))).toBe(240_000);
  expect(waitMs(next(answered(500), 2, 0.5))).toBe(300_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (spent, random) => {
        const delay = retryDelaysOf({ preset: "standard" })[spent - 1]! * 1_000;
        const wait = waitMs(next(answered(500), spent, random));
        expect(wait).toBeGreaterThanOrEqual(Math.floor(delay * 0.8));
        expect(wait).toBeLessThanOrEqual(Math.ceil(delay * 1.2));
      },
    ),
  );
});

test.each([200, 201, 204, 299])("%i is a success", (status) => expect(next(answered(status)).result).toBe("succeeded"));
test.each([301, 302, 307, 308, 400, 401, 404, 408, 413, 429, 500, 502, 503, 504])("%i is tried again", (status) =>
  expect(next(answered(status)).result).toBe("retry"),
);

test("the last attempt gives up", () => {
  expect(next(answered(500), 10)).toMatchObject({ result: "failed" });
  expect(
    decideStepAfterAttempt({ policy: { preset: "none" }, attemptsSpent: 1, outcome: answered(500), now, random: 0 }),
  ).toMatchObject({ result: "failed" });
});

test("410 and webhook-delivery: disable switch the action off; abort-message ends this execution only", () => {
  expect(next(answered(410))).toMatchObject({ result: "failed", disableAction: true });
  expect(next(answered(500, { webhookDelivery: "Disable" }))).toMatchObject({ result: "failed", disableAction: true });
  expect(next(answered(200, { webhookDelivery: "disable" }))).toMatchObject({
    result: "succeeded",
    disableAction: true,
  });
  expect(next(answered(500, { webhookDelivery: ["disable", "disable"] }))).toMatchObject({ disableAction: true });
  const aborted = next(answered(500, { webhookDelivery: "abort-message" }));
  expect(aborted).toMatchObject({ result: "failed" });
  expect(aborted).not.toHaveProperty("disableAction");
});

test.each(["blocked", "invalid_url", "invalid_header", "template"] as const)("%s ends without a retry", (code) => {
  expect(next({ kind: "error", code }).result).toBe("failed");
});
test.each(["dns", "refused", "reset", "tls", "timeout", "protocol", "aborted"] as const)(
  "%s is tried again",
  (code) => {
    expect(next({ kind: "error", code }).result).toBe("retry");
  },
);

test.each([
  ["a place for its look-up", "resolver_busy"],
  ["a free connection", "no_socket"],
] as const)("an attempt without %s is retried beyond the policy, ten times at most", (_what, code) => {
  const busy = { kind: "error", code } as const;
  const after = (attemptsSpent: number, outcome: AttemptOutcome = busy) =>
    decideStepAfterAttempt({ policy: { preset: "none" }, attemptsSpent, outcome, now, random: 0.5 });
  expect(waitMs(after(1))).toBe(60_000);
  expect(after(10).result).toBe("retry");
  expect(after(11).result).toBe("failed");
  expect(after(1, { kind: "error", code: "dns" }).result).toBe("failed");
});

describe("an answer whose body failed still tells", () => {
  const head = (status: number, extra: Partial<ReceiverAnswerHead> = {}): AttemptOutcome =>
    deriveAttemptOutcome(
      { kind: "error", code: "reset", answer: { status, retryAfter: [], webhookDelivery: [], ...extra } },
      now,
    );
  test("that the action must be switched off", () => {
    expect(next(head(410))).toMatchObject({ result: "failed", disableAction: true });
    expect(next(head(200, { webhookDelivery: ["disable"] }))).toMatchObject({ result: "failed", disableAction: true });
  });
  test("that the receiver wants no other attempt", () =>
    expect(next(head(500, { webhookDelivery: ["abort-message"] })).result).toBe("failed"));
  test("when the receiver wants the next attempt", () => {
    expect(waitMs(next(head(429, { retryAfter: ["900"] })))).toBe(900_000);
    expect(waitMs(next(head(503)))).toBe(60_000);
  });
  test("its status, and is no success", () =>
    expect(next(head(200))).toMatchObject({
      result: "retry",
      reason: expect.stringContaining("answered 200, but the connection was closed"),
    }));
});

test.each([429, 502, 503, 504])("%i waits at least a minute", (status) =>
  expect(waitMs(next(answered(status)))).toBe(60_000),
);
test("a timeout waits at least a minute", () => expect(waitMs(next({ kind: "error", code: "timeout" }))).toBe(60_000));

describe("Retry-After", () => {
  test("is honoured between our own delay and the larger of twice that and an hour", () => {
    expect(waitMs(next(answered(503, { retryAfter: "120" })))).toBe(120_000);
    expect(waitMs(next(answered(503, { retryAfter: "5" })))).toBe(60_000);
    expect(waitMs(next(answered(503, { retryAfter: "1000000000" })))).toBe(3_600_000);
    expect(waitMs(next(answered(503, { retryAfter: "1000000000" }), 4))).toBe(2 * 7_200_000);
    expect(waitMs(next(answered(503, { retryAfter: "Fri, 02 Jan 2026 03:09:05 GMT" })))).toBe(300_000);
    expect(waitMs(next(answered(503, { retryAfter: "9".repeat(400) })))).toBe(3_600_000);
    expect(waitMs(next(answered(500, { retryAfter: "120" })))).toBe(120_000);
    // A receiver and a proxy before it each sent the header: the longest wait counts.
    expect(waitMs(next(answered(503, { retryAfter: ["120", "300"] })))).toBe(300_000);
    expect(waitMs(next(answered(503, { retryAfter: ["soon", "Fri, 02 Jan 2026 03:09:05 GMT"] })))).toBe(300_000);
  });

  test.each(["5.4", "1e9", "soon", "try 2030", "-1"])("junk is ignored: %s", (retryAfter) => {
    expect(waitMs(next(answered(500, { retryAfter }), 2))).toBe(300_000);
  });

  test.each([
    ["5", 5_000],
    ["0", 0],
    ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
    ["Fri, 02 Jan 2015 03:04:15 GMT", 0],
    ["9".repeat(400), Number.POSITIVE_INFINITY],
    ["5.4", null],
    ["1e9", null],
    ["try 2030", null],
    ["2026-01-02T03:09:05Z", null],
    ["-1", null],
    ["soon", null],
    ["", null],
  ])("%s reads as %s ms", (value, expected) => expect(parseRetryAfter(value, now)).toBe(expected));
});

test("a custom list of delays is bounded", () => {
  expect(RetryPolicy.safeParse({ preset: "custom", delaysSeconds: [1, 86_400] }).success).toBe(true);
  expect(RetryPolicy.safeParse({ preset: "custom", delaysSeconds: [] }).success).toBe(false);
  expect(RetryPolicy.safeParse({ preset: "custom", delaysSeconds: [0] }).success).toBe(false);
  expect(RetryPolicy.safeParse({ preset: "custom", delaysSeconds: Array.from({ length: 21 }, () => 5) }).success).toBe(
    false,
  );
});
