import { expect, test } from "vitest";
import { shortenMiddle } from "./shorten-middle";

test.each([
  ["short", 10, "short"],
  ["https://example.com/a/long/path/end", 16, "https://…ath/end"],
  ["abcdef", 5, "ab…ef"],
])("%s in %i characters is %s", (text, lengthMax, expected) => {
  const short = shortenMiddle(text, lengthMax);
  expect(short).toBe(expected);
  expect(short.length).toBeLessThanOrEqual(lengthMax);
});
