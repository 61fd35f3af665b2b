import fc from "fast-check";
import { expect, test } from "vitest";
import { isSensitiveHeader, maskEchoedSecrets, maskSecret, maskSecretHeaders } from "./mask-secrets";

test("a secret shows its last four characters", () => expect(maskSecret("Bearer abcdefgh1234")).toBe("••••1234"));
test.each(["", "1234", "12345678901"])("%j is too short to show any of it", (secret) =>
  expect(maskSecret(secret)).toBe("••••"),
);

test.each([
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "set-cookie",
  "X-Api-Key",
  "dd-api-key",
  "x-goog-api-key",
  "apikey",
  "ocp-apim-subscription-key",
  "x-functions-key",
  "X-Auth",
  "x-auth-token",
  "x-amz-security-token",
  "x-client-secret",
  "x-passphrase",
  "x-password",
])("%s counts as a secret header, even if its owner did not mark it", (name) =>
  expect(isSensitiveHeader(name)).toBe(true),
);
test.each([
  "content-type",
  "webhook-id",
  "webhook-signature",
  "x-trigger-id",
  "Idempotency-Key",
  "x-keyboard",
  "x-author",
])("%s is not", (name) => expect(isSensitiveHeader(name)).toBe(false));

test("the values of secret headers are masked, in upper or lower case, and no others", () => {
  const headers = [
    ["X-Customer", "value-of-customer"],
    ["content-type", "application/json"],
    ["constructor", "a name like any other"],
    ["authorization", "Bearer abcdefgh1234"],
    ["set-cookie", "first=abcdefgh1234"],
    ["set-cookie", "second=abcdefgh5678"],
  ] as const;
  expect(maskSecretHeaders(headers, ["x-customer"])).toEqual([
    ["X-Customer", "••••omer"],
    ["content-type", "application/json"],
    ["constructor", "a name like any other"],
    ["authorization", "••••1234"],
    ["set-cookie", "••••1234"],
    ["set-cookie", "••••5678"],
  ]);
});

test("no value of a secret header is shown whole", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 5 }), (value) => {
      const shown = maskSecretHeaders([["x-mine", value]], ["X-Mine"])[0]![1];
      expect(shown).toMatch(/^••••/);
      expect(shown.length).toBeLessThanOrEqual(8);
    }),
  );
});

test("a secret in a text is masked as it is, in JSON, and without its scheme or prefix", () => {
  expect(maskEchoedSecrets("you sent Bearer abcdefgh1234, or abcdefgh1234", ["Bearer abcdefgh1234"])).toBe(
    "you sent ••••1234, or ••••1234",
  );
  expect(maskEchoedSecrets('{"h":"say \\"hi\\" to all 9999"}', ['say "hi" to all 9999'])).toBe('{"h":"••••9999"}');
  expect(maskEchoedSecrets("whsec_c2VjcmV0c2VjcmV0 c2VjcmV0c2VjcmV0", ["whsec_c2VjcmV0c2VjcmV0"])).toBe(
    "••••cmV0 ••••cmV0",
  );
});

test("secrets within secrets, empty secrets and characters of regular expressions are masked as well", () => {
  expect(maskEchoedSecrets("a.b*c and axbxc and long a.b*c tail", ["a.b*c", "long a.b*c tail", ""])).toBe(
    "•••• and axbxc and ••••tail",
  );
  expect(maskEchoedSecrets("nothing here", [])).toBe("nothing here");
});

test("the beginning of a secret at the end of a cut text is masked too", () => {
  expect(maskEchoedSecrets("you sent abcdefgh", ["abcdefgh1234"], true)).toBe("you sent ••••");
  expect(maskEchoedSecrets("you sent abcdefgh", ["abcdefgh1234"])).toBe("you sent abcdefgh");
  expect(maskEchoedSecrets("the end: abc", ["abcdefgh1234"], true)).toBe("the end: abc");
});

test("a masked text holds no secret", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 5 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.string(), { maxLength: 4 }),
      (secrets, between) => {
        const text = secrets.flatMap((secret, index) => [secret, between[index] ?? "/"]).join("");
        const masked = maskEchoedSecrets(text, secrets);
        for (const secret of secrets)
          if (!"••••".includes(secret)) expect(masked.replace(/••••.{0,4}/gsu, "\n")).not.toContain(secret);
      },
    ),
  );
});
