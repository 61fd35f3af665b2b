import { expect, test } from "vitest";
import { buildDeliveryHeaders, WEBHOOK_DEPTH_HEADER, type DeliveryHeadersInput } from "./delivery-headers";

const base: DeliveryHeadersInput = {
  executionId: "exe_1",
  triggerId: "trg_1",
  attempt: 3,
  depth: 2,
  timestamp: 1_614_265_330,
  signature: "v1,abc v1,def",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  custom: [{ name: "X-Customer", value: "acme" }],
};

test("a delivery has the headers of Standard Webhooks, of its sender and its cause, and the custom headers", () => {
  expect(buildDeliveryHeaders(base)).toEqual({
    "x-customer": "acme",
    "content-type": "application/json",
    "user-agent": "Trigger-System/1.0",
    "webhook-id": "exe_1",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,abc v1,def",
    "x-trigger-execution-id": "exe_1",
    "x-trigger-attempt": "3",
    "x-trigger-id": "trg_1",
    [WEBHOOK_DEPTH_HEADER]: "2",
    traceparent: base.traceparent,
  });
});

test("a missing signature or trace context has no header", () => {
  const headers = buildDeliveryHeaders({ ...base, signature: null, traceparent: null });
  expect(headers).not.toHaveProperty("webhook-signature");
  expect(headers).not.toHaveProperty("traceparent");
});

test("a custom header never replaces a header of the delivery, in upper or lower case", () => {
  const names = [
    "Webhook-Id",
    "WEBHOOK-SIGNATURE",
    "webhook_signature",
    "Content-Type",
    "X-Trigger-Depth",
    "TraceParent",
  ];
  const custom = names.map((name) => ({ name, value: "forged" }));
  expect(Object.values(buildDeliveryHeaders({ ...base, custom }))).not.toContain("forged");
});

test("a stored header that belongs to the connection or to the body is left out, and the delivery goes on", () => {
  const names = ["Content-Encoding", "Accept-Encoding", "TE", "Transfer-Encoding", "proxy-connection", "Expect"];
  const custom = [...names, "X-Customer"].map((name) => ({ name, value: "gzip" }));
  expect(buildDeliveryHeaders({ ...base, custom })).toEqual({ ...buildDeliveryHeaders(base), "x-customer": "gzip" });
});
