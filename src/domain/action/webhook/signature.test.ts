import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { makeSigningSecret, signWebhook, verifySignature } from "./signature";

const vector = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

test("signs the test vector of Standard Webhooks", () => {
  expect(signWebhook({ secrets: [vector.secret], id: vector.id, timestamp: vector.timestamp, body: vector.body })).toBe(
    vector.signature,
  );
});

test("the package standardwebhooks verifies a signature of any body", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.json(), (bytes, body) => {
      const secret = makeSigningSecret(bytes);
      const timestamp = Math.floor(Date.now() / 1_000);
      const headers = {
        "webhook-id": "exe_1",
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signWebhook({ secrets: [secret], id: "exe_1", timestamp, body }),
      };
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    }),
  );
});

test("a secret is whsec_ and the base64 of 32 bytes, no more and no fewer", () => {
  expect(makeSigningSecret(new Uint8Array(32).fill(255))).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  for (const length of [0, 31, 33]) expect(() => makeSigningSecret(new Uint8Array(length))).toThrow(RangeError);
});

test("an invalid secret is refused before anything is signed", () => {
  for (const secret of ["", "whsec_", "whsec_***"])
    expect(() => signWebhook({ secrets: [secret], id: "exe_1", timestamp: 1, body: "{}" })).toThrow("whsec_");
});

test("while a secret rotates, receivers with either one verify", () => {
  const [next, old] = [makeSigningSecret(new Uint8Array(32).fill(1)), makeSigningSecret(new Uint8Array(32).fill(2))];
  const signature = signWebhook({ secrets: [next, old], id: "exe_1", timestamp: 1_000, body: "{}" });
  for (const secret of [next, old])
    expect(verifySignature({ secret, id: "exe_1", timestamp: "1000", signature, body: "{}", now: 1_000 })).toEqual({
      ok: true,
    });
});

test.each([
  [{ body: "{ }" }, "mismatch"],
  [{ id: "other" }, "mismatch"],
  [{ id: "" }, "id"],
  [{ timestamp: "soon" }, "timestamp"],
  [{ now: vector.timestamp + 301 }, "timestamp too old"],
  [{ now: vector.timestamp - 301 }, "timestamp too new"],
  [{ signature: "v0,abc" }, "signature header"],
  [{ secret: "whsec_***" }, "secret"],
])("a wrong %o is named: %s", (change, problem) => {
  const input = {
    secret: vector.secret,
    id: vector.id,
    timestamp: String(vector.timestamp),
    signature: vector.signature,
    body: vector.body,
    now: vector.timestamp,
  };
  expect(verifySignature(input)).toEqual({ ok: true });
  expect(verifySignature({ ...input, ...change })).toEqual({ ok: false, problem });
});
