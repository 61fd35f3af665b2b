import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { AttemptMessageInput } from "../action-type";
import { WebhookInput } from "./config";
import { isHttpMessage, type HttpMessage } from "./http-message";
import { makeSigningSecret } from "./signature";
import { webhookActionType } from "./webhook";

const encrypt = (plain: string): string => `enc:${btoa(plain)}`;
const decrypt = (ciphertext: string): string => atob(ciphertext.slice("enc:".length));
const [current, old] = [makeSigningSecret(new Uint8Array(32).fill(1)), makeSigningSecret(new Uint8Array(32).fill(2))];

const stored = webhookActionType.store(
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
const base: AttemptMessageInput = {
  decrypt,
  hmacSha256: (key, message) => hmac(sha256, key, message),
  secrets: [current, old],
  executionId: "exe_1",
  triggerId: "trg_1",
  attempt: 1,
  depth: 1,
  traceparent: null,
  timestamp: new Date(Math.floor(Date.now() / 1_000) * 1_000 + 999),
  body: '{"type":"observation.created"}',
};

/** The HTTP request of a webhook's message. */
function requestOf(input: AttemptMessageInput): HttpMessage {
  const message = webhookActionType.message(stored, input);
  if (!isHttpMessage(message)) throw new Error(`A webhook goes by HTTP, not by ${message.transport}.`);
  return message;
}

test("a request is signed so that a receiver with either secret verifies it with the package standardwebhooks", () => {
  const { headers } = requestOf(base);
  for (const secret of [current, old])
    expect(new Webhook(secret).verify(base.body, headers)).toEqual({ type: "observation.created" });
  const stranger = new Webhook(makeSigningSecret(new Uint8Array(32).fill(3)));
  expect(() => stranger.verify(base.body, headers)).toThrow("No matching signature");
});

test("URL, method, headers and limits come from the configuration; secret headers are sent whole and marked", () => {
  const request = requestOf(base);
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
  const first = requestOf(base).headers;
  const second = requestOf({
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
  expect(requestOf({ ...base, secrets: [] }).headers).not.toHaveProperty("webhook-signature");
});

test("the safe form holds no secret, encrypted or not", () => {
  const shown = JSON.stringify(webhookActionType.safe(stored, null));
  expect(shown).not.toContain("abcdefgh");
  expect(shown).not.toContain("enc:");
  expect(shown).not.toContain("/hook");
  expect(webhookActionType.safe(stored, decrypt).url).toBe("https://example.com/hook");
});

test("the detail, the retry policy and the URL to check are read from the configuration", () => {
  expect(webhookActionType.detailOf(stored)).toBe("thin");
  expect(webhookActionType.retryOf(stored)).toEqual({ preset: "fast" });
  expect(webhookActionType.urlsOf(stored, decrypt)).toEqual([{ field: "url", url: "https://example.com/hook" }]);
});
