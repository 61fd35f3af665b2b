import { expect, test } from "vitest";
import { testEnv } from "@/test/context";
import { resolveSecretReferences } from "./secret-references";

const env = {
  ...testEnv(),
  apiSecrets: new Map([
    ["PAGER", "the-secret-of-the-pager"],
    ["UNSET", undefined],
  ]),
};
const resolve = (configuration: Record<string, unknown>) => resolveSecretReferences({ env }, configuration);
const header = (name: string, secret: boolean) => ({ headers: [{ name: "x-key", secret, value: { env: name } }] });

test("a URL and a secret header get the value of an allowed variable", () => {
  expect(resolve({ url: { env: "PAGER" } })).toEqual({ url: "the-secret-of-the-pager" });
  expect(resolve(header("PAGER", true)).headers).toEqual([
    { name: "x-key", secret: true, value: "the-secret-of-the-pager" },
  ]);
});

test.each([
  ["a variable that is not allowed", header("OTHER", true), "has not allowed the environment variable OTHER"],
  ["a variable that is not set", header("UNSET", true), "UNSET is not set"],
  ["a header that every reader sees", header("PAGER", false), "Only a secret header"],
])("%s is refused", (_name, configuration, message) => expect(() => resolve(configuration)).toThrow(message));
