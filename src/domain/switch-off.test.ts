import { deriveAttemptOutcome } from "./action/webhook/answer";
import { describe, expect, it } from "vitest";
import {
  updateFaultRecordAfterAttempt,
  emptyFaultRecord,
  classifyOutcomeForEndpoint,
  type EndpointFaultRecord,
  type EndpointFaultNotice,
} from "./switch-off";

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Records failures at these times after NOW. Returns the notices with their times. */
function failuresAt(
  times: number[],
  start: EndpointFaultRecord = emptyFaultRecord,
): { told: [number, EndpointFaultNotice["type"]][]; record: EndpointFaultRecord } {
  let record = start;
  const told: [number, EndpointFaultNotice["type"]][] = [];
  for (const time of times) {
    const next = updateFaultRecordAfterAttempt(record, "failure", NOW + time);
    record = next.record;
    if (next.notice) told.push([time, next.notice.type]);
  }
  return { told, record };
}
const every = (step: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / step) + 1 }, (_, n) => n * step);

describe("an endpoint that fails", () => {
  it("is warned about after one day and after three, and switched off after five", () => {
    expect(failuresAt(every(HOUR, 5 * DAY)).told).toEqual([
      [DAY, "failing"],
      [3 * DAY, "failing"],
      [5 * DAY, "off"],
    ]);
  });

  it("counts the days from its last success, and is not switched off for failures less than 12 hours apart", () => {
    const quiet: EndpointFaultRecord = { ...emptyFaultRecord, lastSuccessAt: NOW - 6 * DAY };
    expect(failuresAt([0, HOUR, 11.9 * HOUR], quiet).told).toEqual([[HOUR, "failing"]]);
    expect(failuresAt([0, HOUR, 12 * HOUR], quiet).told).toEqual([
      [HOUR, "failing"],
      [12 * HOUR, "off"],
    ]);
  });

  it("is never switched off without a warning before", () => {
    const quiet: EndpointFaultRecord = { ...emptyFaultRecord, lastSuccessAt: NOW - 6 * DAY };
    expect(failuresAt([0, 13 * HOUR, 14 * HOUR], quiet).told).toEqual([
      [13 * HOUR, "failing"],
      [14 * HOUR, "off"],
    ]);
  });

  it("recovers with one success, with a notice if there was a warning, and starts a new record", () => {
    const { record } = failuresAt(every(HOUR, 2 * DAY));
    const after = updateFaultRecordAfterAttempt(record, "success", NOW + 2 * DAY + HOUR);
    expect(after).toEqual({
      record: { ...emptyFaultRecord, lastSuccessAt: NOW + 2 * DAY + HOUR, lastFailureAt: NOW + 2 * DAY },
      notice: { type: "recovered", failedForMs: 2 * DAY + HOUR },
    });
    expect(updateFaultRecordAfterAttempt(failuresAt([0, HOUR]).record, "success", NOW + 2 * HOUR).notice).toBeNull();
  });
});

describe("whose fault", () => {
  const response = (status: number) =>
    deriveAttemptOutcome({ kind: "response", status, retryAfter: [], webhookDelivery: [] }, new Date(NOW));
  it.each([200, 204, 299])("%i is a success", (status) =>
    expect(classifyOutcomeForEndpoint(response(status))).toBe("success"),
  );
  it.each([301, 404, 410, 429, 500])("%i is the endpoint's", (status) =>
    expect(classifyOutcomeForEndpoint(response(status))).toBe("failure"),
  );
  it.each(["dns", "refused", "reset", "tls", "timeout", "protocol"] as const)("%s is the endpoint's", (code) =>
    expect(classifyOutcomeForEndpoint({ kind: "error", code })).toBe("failure"),
  );
  it.each(["blocked", "invalid_url", "invalid_header", "template", "resolver_busy", "no_socket", "aborted"] as const)(
    "%s is not the endpoint's",
    (code) => expect(classifyOutcomeForEndpoint({ kind: "error", code })).toBe("none"),
  );
});
