import fc from "fast-check";
import { expect, test } from "vitest";
import { isSensitiveHeader, maskSecret, redactHeaders } from "./redact";

test("a secret shows its last four characters", () => expect(maskSecret("Bearer abcdefgh1234")).toBe("••••1234"));
test.each(["", "1234", "12345678901"])("%j is too short to show any of it", (secret) => expect(maskSecret(secret)).toBe("••••"));

test.each(["Authorization", "proxy-authorization", "Cookie", "set-cookie", "X-Api-Key", "dd-api-key", "x-goog-api-key", "apikey", "ocp-apim-subscription-key", "x-functions-key", "X-Auth", "x-auth-token", "x-amz-security-token", "x-client-secret", "x-passphrase", "x-password"])(
  "%s is taken for a secret, whatever its owner says",
  (name) => expect(isSensitiveHeader(name)).toBe(true),
);
test.each(["content-type", "webhook-id", "webhook-signature", "x-trigger-id", "Idempotency-Key", "x-keyboard", "x-author"])("%s is not", (name) => expect(isSensitiveHeader(name)).toBe(false));

test("values of secret headers are masked, in any case of their name, and nothing else is touched", () => {
  const headers = { "X-Customer": "value-of-customer", "content-type": "application/json", authorization: "Bearer abcdefgh1234" };
  expect(redactHeaders(headers, ["x-customer"])).toEqual({ "X-Customer": "••••omer", "content-type": "application/json", authorization: "••••1234" });
});

test("no value of a secret header comes out whole", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 5 }), (value) => {
      const shown = redactHeaders({ "x-mine": value }, ["X-Mine"])["x-mine"];
      expect(shown).toMatch(/^••••/);
      expect(shown!.length).toBeLessThanOrEqual(8);
    }),
  );
});
