import { expect, test } from "vitest";
import { chooseSafePathAfterSignIn } from "./session";

test("a path on the same host stays unchanged", () => {
  expect(chooseSafePathAfterSignIn("/projects/prj_1/executions?status=ERROR")).toBe(
    "/projects/prj_1/executions?status=ERROR",
  );
});

test.each([
  null,
  undefined,
  "",
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/a\\b",
  "/\t/evil.example",
  "javascript:alert(1)",
  "/sign-in?next=/",
])("%j leads to the start", (next) => expect(chooseSafePathAfterSignIn(next)).toBe("/"));
