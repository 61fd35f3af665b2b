import { expect, test } from "vitest";
import { decodePathSegment } from "./decode-path-segment";

test("a path segment is decoded once, and returned as it is if its encoding is wrong", () => {
  expect(decodePathSegment("obs%2F1%3A%C3%A4")).toBe("obs/1:ä");
  expect(decodePathSegment("50%2525")).toBe("50%25");
  expect(decodePathSegment("100%")).toBe("100%");
});
