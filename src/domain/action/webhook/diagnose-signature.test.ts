import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { diagnoseSignature, type SignedWebhookRequest } from "./diagnose-signature";
import { signWebhook } from "./signature";

/** The test vector of the Standard Webhooks specification. */
const vector: SignedWebhookRequest = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: "1614265330",
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const NOW = 1_614_265_330;
const check = (change: Partial<SignedWebhookRequest>, now = NOW) => diagnoseSignature({ ...vector, ...change }, now);
const signed = (body: string) =>
  signWebhook({ secrets: [vector.secret], id: vector.id, timestamp: Number(vector.timestamp), body });
const signedWith = (key: string) => {
  const content = utf8ToBytes(`${vector.id}.${vector.timestamp}.${vector.body}`);
  return `v1,${btoa(String.fromCharCode(...hmac(sha256, utf8ToBytes(key), content)))}`;
};

test("the vector of Standard Webhooks verifies, alone, among other signatures, and with space around it", () => {
  expect(check({})).toEqual({ ok: true, warning: null });
  expect(check({ signature: `v1,AAAA v1a,x ${vector.signature}` })).toEqual({ ok: true, warning: null });
  expect(check({ secret: ` ${vector.secret}\n`, id: ` ${vector.id}`, timestamp: `${vector.timestamp} ` })).toEqual({
    ok: true,
    warning: null,
  });
});

test("a right signature that is too old or too new verifies with a warning", () => {
  expect(check({}, NOW + 300)).toEqual({ ok: true, warning: null });
  expect(check({}, NOW + 301)).toMatchObject({ ok: true, warning: expect.stringContaining("5 min old") });
  expect(check({}, NOW - 3_600)).toMatchObject({ ok: true, warning: expect.stringContaining("60 min ahead") });
});

describe("a diagnosis names the wrong part:", () => {
  test.each<[string, Partial<SignedWebhookRequest>, string, RegExp]>([
    ["no secret", { secret: "" }, "secret", /Enter/],
    ["a secret without its prefix", { secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, "secret", /begins with whsec_/],
    ["a secret that is not base64", { secret: "whsec_a*b" }, "secret", /not base64/],
    ["a secret that was cut off", { secret: "whsec_MfKQ9r8G" }, "secret", /too short/],
    ["no id", { id: " " }, "id", /missing/],
    ["a date for a timestamp", { timestamp: "2021-02-25T15:02:10Z" }, "timestamp", /whole seconds/],
    ["milliseconds", { timestamp: "1614265330000" }, "timestamp", /milliseconds/],
    [
      "a header without a version",
      { signature: "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
      "signature",
      /no signature of version 1/,
    ],
    ["another body", { body: "{}" }, "body", /another secret, id, timestamp or body/],
    ["another id", { id: "msg_other" }, "body", /another secret, id, timestamp or body/],
    ["a line break that was lost", { signature: signed(`${vector.body}\n`) }, "body", /ends with a line break/],
    ["a line break that was added", { body: `${vector.body}\n` }, "body", /does not end with a line break/],
    ["a body that was printed again", { signature: signed('{"test":2432232314}') }, "body", /parsed and printed again/],
    ["the secret used as text", { signature: signedWith(vector.secret) }, "secret", /text of the secret/],
    ["the base64 used as text", { signature: signedWith(vector.secret.slice(6)) }, "secret", /base64 text/],
  ])("%s", (_name, change, part, message) => {
    expect(check(change)).toEqual({ ok: false, part, message: expect.stringMatching(message) });
  });

  test("changed line breaks", () => {
    const body = '{\n"a": 1\n}';
    expect(check({ body: body.replaceAll("\n", "\r\n"), signature: signed(body) })).toMatchObject({
      part: "body",
      message: expect.stringContaining("to CRLF"),
    });
  });

  test("swapped id and timestamp", () => {
    const swapped = signWebhook({
      secrets: [vector.secret],
      id: vector.timestamp,
      timestamp: vector.id as unknown as number,
      body: vector.body,
    });
    expect(check({ signature: swapped })).toMatchObject({ part: "id" });
  });
});
