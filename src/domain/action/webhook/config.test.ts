import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../configuration-error";
import { toSafeWebhook, toStoredWebhook, WebhookInput, StoredWebhook } from "./config";

const parse = (change: object) => WebhookInput.safeParse({ url: "https://example.com/hook", ...change });
const problems = (change: object) =>
  parse(change).error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];
const encrypt = (plain: string) => `enc(${[...plain].reverse().join("")})`;

test("only the URL is required; other fields have defaults", () => {
  expect(parse({}).data).toEqual({
    url: "https://example.com/hook",
    method: "POST",
    detail: "standard",
    retry: { preset: "standard" },
    timeouts: { connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 },
    storeResponse: true,
    maxConcurrent: 100,
    maxPerSecond: null,
    template: null,
    headers: [],
  });
});

describe("headers", () => {
  test.each([
    "host",
    "Connection",
    "content-length",
    "Transfer-Encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "keep-alive",
    "X-HTTP-Method-Override",
    "x-http-method",
    "X-Method-Override",
    "Proxy-Authorization",
    "webhook-id",
    "Webhook-Signature",
    "content-type",
    "x-trigger-depth",
    "Content-Encoding",
    "accept-encoding",
    "Content-Digest",
    "content-md5",
    "HTTP2-Settings",
    "proxy-connection",
    // Servers that pass headers as environment variables read the next names as reserved names.
    "webhook_signature",
    "Transfer_Encoding",
    "content.length",
    "X_HTTP_Method_Override",
  ])("%s cannot be set, and the field says what to do", (name) =>
    expect(problems({ headers: [{ name, value: "x" }] })).toEqual([
      expect.stringMatching(/^headers\.0\.name: .+ cannot be set: .+\. Remove this header\.$/),
    ]),
  );
  test.each(["Authorization", "x_api_key", "Date", "Accept", "Cookie", "X-Webhook-Source", "webhook_key"])(
    "%s can be set",
    (name) => expect(problems({ headers: [{ name, value: "x" }] })).toEqual([]),
  );
  test.each(["", "a b", " te", "te ", "te\t", "a:b", "ü", "\u212Aeep-alive", "a\nb", "a\0"])(
    "the name %j is refused",
    (name) => expect(problems({ headers: [{ name, value: "x" }] })[0]).toContain("headers.0.name"),
  );
  test.each(["a\r\nb", "a\0b", "€", "x".repeat(4_097)])("the value %j is refused", (value) =>
    expect(problems({ headers: [{ name: "x-a", value }] })[0]).toContain("headers.0.value"),
  );
  test("at most 20, none twice", () => {
    expect(
      problems({ headers: Array.from({ length: 21 }, (_, index) => ({ name: `x-${index}`, value: "" })) })[0],
    ).toContain("At most 20");
    expect(
      problems({
        headers: [
          { name: "X-A", value: "1" },
          { name: "x-a", value: "2" },
        ],
      }),
    ).toEqual(["headers.1.name: x-a stands here twice."]);
  });
});

test("a secret header is stored encrypted, and shows its last four characters only", () => {
  const stored = toStoredWebhook(
    parse({ headers: [{ name: "authorization", value: "Bearer abcdefgh1234", secret: true }] }).data!,
    encrypt,
    null,
  );
  expect(StoredWebhook.parse(stored)).toEqual(stored);
  expect(JSON.stringify(stored)).not.toContain("abcdefgh");
  expect(toSafeWebhook(stored, null).headers).toEqual([{ name: "authorization", secret: true, last4: "1234" }]);
});

test("a secret header without a value keeps the stored value, and is refused without one", () => {
  const input = parse({ headers: [{ name: "X-Key", secret: true }] }).data!;
  const previous = toStoredWebhook(
    parse({ headers: [{ name: "x-key", value: "abcdefgh1234", secret: true }] }).data!,
    encrypt,
    null,
  );
  expect(toStoredWebhook(input, encrypt, previous).headers).toEqual([{ ...previous.headers[0], name: "X-Key" }]);
  expect(() => toStoredWebhook(input, encrypt, null)).toThrow(
    new ConfigurationError({ "headers.0.value": "Enter a value for the secret header X-Key." }),
  );
  const plain = toStoredWebhook(parse({ headers: [{ name: "x-key", value: "abc" }] }).data!, encrypt, null);
  expect(() => toStoredWebhook(input, encrypt, plain)).toThrow(ConfigurationError);
});

test("a header that is not secret needs a value", () => {
  expect(problems({ headers: [{ name: "x-a" }] })).toEqual(["headers.0.value: Enter a value."]);
  expect(problems({ headers: [{ name: "x-a", value: "" }] })).toEqual([]);
});

test("an empty secret is refused, and does not replace the stored one", () => {
  expect(problems({ headers: [{ name: "x-a", value: "", secret: true }] })).toEqual([
    "headers.0.value: Enter a value.",
  ]);
});

test("a short secret shows none of its characters", () => {
  const stored = toStoredWebhook(
    parse({ headers: [{ name: "x-pin", value: "12345678901", secret: true }] }).data!,
    encrypt,
    null,
  );
  expect(toSafeWebhook(stored, null).headers).toEqual([{ name: "x-pin", secret: true, last4: "" }]);
});

test("timeouts can be lowered only", () => {
  expect(problems({ timeouts: { connectMs: 5_001, headersMs: 15_001, totalMs: 20_001 } })).toHaveLength(3);
  expect(parse({ timeouts: { connectMs: 1_000 } }).data?.timeouts).toEqual({
    connectMs: 1_000,
    headersMs: 15_000,
    totalMs: 20_000,
  });
});

test("a kept secret header goes only to the host that it was entered for", () => {
  const previous = toStoredWebhook(
    parse({ headers: [{ name: "x-key", value: "abcdefgh1234", secret: true }] }).data!,
    encrypt,
    null,
  );
  const moved = (url: string) => () =>
    toStoredWebhook(parse({ url, headers: [{ name: "x-key", secret: true }] }).data!, encrypt, previous);
  expect(moved("https://example.com/another/path")).not.toThrow();
  expect(moved("https://other.example.com/hook")).toThrow("x-key");
});

test("a URL is stored encrypted, and kept if a form sends back its masked form", () => {
  const url = "https://hooks.example.com/services/T0/B0/abcdefgh1234?sig=query5678";
  const stored = toStoredWebhook(parse({ url }).data!, encrypt, null);
  expect(JSON.stringify(stored)).not.toContain("abcdefgh");
  expect(toSafeWebhook(stored, null).url).toBe("https://hooks.example.com/…5678");
  for (const sent of ["", "https://hooks.example.com/…5678"])
    expect(toStoredWebhook(parse({ url: sent }).data!, encrypt, stored).url).toEqual(stored.url);
  expect(() => toStoredWebhook(parse({ url: "https://other.example.com/…5678" }).data!, encrypt, stored)).toThrow(
    "whole",
  );
  expect(() => toStoredWebhook(parse({ url: "https://hooks.example.com/…5678" }).data!, encrypt, null)).toThrow(
    "whole",
  );
  expect(() => toStoredWebhook(parse({ url: "" }).data!, encrypt, null)).toThrow("Enter the URL");
});
