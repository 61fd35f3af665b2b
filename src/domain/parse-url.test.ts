import { expect, test } from "vitest";
import { listSecretUrlParts } from "./action/webhook/url";
import { parseUrl } from "./parse-url";

test("text that is no absolute URL gives null", () => {
  expect(parseUrl("example.com/path")).toBeNull();
  expect(parseUrl("https://")).toBeNull();
  expect(parseUrl("https://example.com/a?b#c")?.href).toBe("https://example.com/a?b#c");
});

test("letters beyond ASCII still parse, and stay masked, after thousands of URLs", () => {
  for (let n = 0; n < 20_000; n++) parseUrl(`https://example.com/${n}`);
  expect(parseUrl("https://bücher.example/hook")?.hostname).toBe("xn--bcher-kva.example");
  expect(listSecretUrlParts("https://example.com/schlüssel-of-the-receiver")).not.toEqual([]);
});
