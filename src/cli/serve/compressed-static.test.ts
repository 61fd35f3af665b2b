import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compressStatic } from "../prepare/compress-static.mjs";
import { withCompressedStaticFiles } from "./compressed-static";

const SCRIPT = "console.log('a script that repeats itself, repeats itself, repeats itself');\n";
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "static-"));
  mkdirSync(join(folder, "chunks"));
  writeFileSync(join(folder, "chunks", "a~b.js"), SCRIPT);
  writeFileSync(join(folder, "chunks", "style.css"), "a { color: red }");
  writeFileSync(join(folder, "font.woff2"), "font");
  await compressStatic(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the address that Next gets, and the headers that are set before it. */
function ask(url: string, headers: Record<string, string> = {}, method = "GET") {
  const set: Record<string, string> = {};
  const request = { url, method, headers } as unknown as IncomingMessage;
  const response = { setHeader: (name: string, value: string) => void (set[name] = value) };
  withCompressedStaticFiles(folder, () => undefined)(request, response as unknown as ServerResponse);
  return { url: request.url, ...set };
}

test("a browser that takes Brotli gets the compressed form of a script and of a style", () => {
  expect(ask("/_next/static/chunks/a~b.js", { "accept-encoding": "gzip, deflate, br, zstd" })).toEqual({
    url: "/_next/static/chunks/a~b.js.br",
    vary: "Accept-Encoding",
    "content-type": "application/javascript; charset=UTF-8",
    "content-encoding": "br",
  });
  expect(ask("/_next/static/chunks/style.css", { "accept-encoding": "br;q=0.9" })).toMatchObject({
    "content-type": "text/css; charset=UTF-8",
  });
  expect(brotliDecompressSync(readFileSync(join(folder, "chunks", "a~b.js.br"))).toString()).toBe(SCRIPT);
});

test.each([
  ["a browser without Brotli", "/_next/static/chunks/a~b.js", { "accept-encoding": "gzip" }],
  ["a browser that refuses Brotli", "/_next/static/chunks/a~b.js", { "accept-encoding": "br;q=0, gzip" }],
  ["a request for a part", "/_next/static/chunks/a~b.js", { "accept-encoding": "br", range: "bytes=0-9" }],
])("%s gets the plain file, and caches learn that the answer depends on the encoding", (_, url, headers) => {
  expect(ask(url, headers as Record<string, string>)).toEqual({ url, vary: "Accept-Encoding" });
});

test.each([
  "/_next/static/font.woff2",
  "/_next/static/chunks/none.js",
  "/_next/static/../static/chunks/a~b.js",
  "/_next/static/chunks/a~b.js?x",
  "/chunks/a~b.js",
  "/",
])("%s passes unchanged", (url) => {
  expect(ask(url, { "accept-encoding": "br" })).toEqual({ url });
});

test("a POST passes unchanged", () => {
  expect(ask("/_next/static/chunks/a~b.js", { "accept-encoding": "br" }, "POST").url).not.toContain(".br");
});
