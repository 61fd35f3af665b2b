import fc from "fast-check";
import { expect, test } from "vitest";
import { isMaskedUrl, maskUrl, readUrlOrigin, listSecretUrlParts } from "./url";

test.each([
  ["https://example.com", "https://example.com"],
  ["https://example.com/", "https://example.com/"],
  ["https://example.com/hook", "https://example.com/…"],
  ["https://example.com:8443/services/T000/B000/abcdEFGH", "https://example.com:8443/…EFGH"],
  ["https://example.com?token=abcdefghijkl", "https://example.com/…ijkl"],
  ["https://example.com/#fragment-1234", "https://example.com/…1234"],
  ["not a url", "…"],
])("%s is shown as %s", (url, shown) => expect(maskUrl(url)).toBe(shown));

test("at most four characters of a path and query are shown, and the origin stays", () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      const { origin, pathname, search, hash } = new URL(url);
      const rest = pathname + search + hash;
      const masked = maskUrl(url);
      expect(readUrlOrigin(masked)).toBe(origin);
      if (rest === "/") return;
      expect(isMaskedUrl(masked)).toBe(true);
      expect(masked.length).toBeLessThanOrEqual(origin.length + "/…1234".length);
    }),
  );
});

test("the parts of a URL that an answer must not repeat are its path, its query and their long parts", () => {
  expect(listSecretUrlParts("https://example.com/a/0123456789abcdef?sig=abcdefghijklmnop")).toEqual([
    "/a/0123456789abcdef?sig=abcdefghijklmnop",
    "/a/0123456789abcdef",
    "0123456789abcdef",
    "abcdefghijklmnop",
  ]);
  expect(listSecretUrlParts("https://example.com/hook")).toEqual([]);
});
