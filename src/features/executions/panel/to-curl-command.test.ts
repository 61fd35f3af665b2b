import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { toCurlCommand } from "./to-curl-command";

/** Returns the arguments that a shell passes to curl. */
const argumentsOf = (command: string): string[] =>
  execFileSync("sh", ["-c", `curl() { for a in "$@"; do printf '%s\\0' "$a"; done; }\n${command}`], {
    encoding: "utf8",
  })
    .split("\0")
    .slice(0, -1);

const request = {
  method: "POST",
  url: "https://example.com/hook?a=1&b=$HOME",
  headers: [
    ["content-type", "application/json"],
    ["content-length", "9"],
  ] as const,
};

test("a shell passes to curl exactly what was sent, whatever characters it contains", () => {
  const body = `{"text":"it's $HOME \`id\` \\n\n\\"quoted\\" !"}`;
  expect(argumentsOf(toCurlCommand(request, body))).toEqual([
    "-X",
    "POST",
    request.url,
    "-H",
    "content-type: application/json",
    "--data-raw",
    body,
  ]);
});

test("without a body the command sends none", () => {
  expect(argumentsOf(toCurlCommand(request, null))).not.toContain("--data-raw");
});
