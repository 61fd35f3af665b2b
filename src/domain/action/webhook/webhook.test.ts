import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { RequestInput } from "../action-type";
import { WebhookInput, type WebhookStored } from "./config";
import { secretFrom } from "./signature";
import { webhook } from "./webhook";

const encrypt = (plain: string): string => `enc:${btoa(plain)}`;
const decrypt = (ciphertext: string): string => atob(ciphertext.slice("enc:".length));
const [current, old] = [secretFrom(new Uint8Array(32).fill(1)), secretFrom(new Uint8Array(32).fill(2))];

const stored = webhook.store(
  WebhookInput.parse({
    url: "https://example.com/hook",
    method: "PUT",
    detail: "thin",
    retry: { preset: "fast" },
    headers: [
      { name: "Authorization", value: "Bearer abcdefgh1234", secret: true },
      { name: "X-Customer", value: "acme" },
    ],
  }),
  encrypt,
  null,
);
const base: RequestInput<WebhookStored> = {
  stored,
  decrypt,
  hmacSha256: (key, message) => hmac(sha256, key, message),
  secrets: [current, old],
  executionId: "exe_1",
  triggerId: "trg_1",
  attempt: 1,
  depth: 1,
  timestamp: new Date(Math.floor(Date.now() / 1_000) * 1_000 + 999),
  body: '{"type":"observation.created"}',
};

test("a request is signed so that a receiver with either secret verifies it with the package standardwebhooks", () => {
  const { headers } = webhook.request(base);
  for (const secret of [current, old])
    expect(new Webhook(secret).verify(base.body, headers)).toEqual({ type: "observation.created" });
  const stranger = new Webhook(secretFrom(new Uint8Array(32).fill(3)));
  expect(() => stranger.verify(base.body, headers)).toThrow("No matching signature");
});

test("URL, method, headers and limits come from the configuration; secret headers are sent whole and marked", () => {
  const request = webhook.request(base);
  expect(request).toMatchObject({
    url: "https://example.com/hook",
    method: "PUT",
    secretHeaders: ["Authorization"],
    timeouts: { connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 },
    storeResponse: true,
  });
  expect(request.headers).toMatchObject({ authorization: "Bearer abcdefgh1234", "x-customer": "acme" });
});

test("every attempt has the same webhook id and trace, and a span and timestamp of its own", () => {
  const first = webhook.request(base).headers;
  const second = webhook.request({
    ...base,
    attempt: 2,
    timestamp: new Date(base.timestamp.getTime() + 5_000),
  }).headers;
  expect(second["webhook-id"]).toBe(first["webhook-id"]);
  expect(Number(second["webhook-timestamp"])).toBe(Number(first["webhook-timestamp"]) + 5);
  const [firstTrace, secondTrace] = [first, second].map((headers) =>
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(headers.traceparent ?? ""),
  );
  expect(secondTrace?.[1]).toBe(firstTrace?.[1]);
  expect(secondTrace?.[2]).not.toBe(firstTrace?.[2]);
});

test("a request without a secret has no signature", () => {
  expect(webhook.request({ ...base, secrets: [] }).headers).not.toHaveProperty("webhook-signature");
});

test("the safe form holds no secret, encrypted or not", () => {
  const shown = JSON.stringify(webhook.safe(stored, null));
  expect(shown).not.toContain("abcdefgh");
  expect(shown).not.toContain("enc:");
  expect(shown).not.toContain("/hook");
  expect(webhook.safe(stored, decrypt).url).toBe("https://example.com/hook");
});

test("the detail, the retry policy and the URL to check are read from the configuration", () => {
  expect(webhook.detailOf(stored)).toBe("thin");
  expect(webhook.retryOf(stored)).toEqual({ preset: "fast" });
  expect(webhook.urlOf(stored, decrypt)).toBe("https://example.com/hook");
});
