import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { unpackBody } from "./unpack-body";

const text = JSON.stringify({ resourceSpans: [] }).repeat(1_000);
const limits = { bytesMax: 1_000_000, hold: () => undefined };

it.each([
  ["gzip", "gzip", gzipSync(text)],
  ["gzip in two members", "gzip", Buffer.concat([gzipSync(text.slice(0, 500)), gzipSync(text.slice(500))])],
  ["gzip that a proxy has unpacked", "gzip", Buffer.from(text)],
  ["deflate with the header of zlib", "deflate", deflateSync(text)],
  ["deflate without a header", "deflate", deflateRawSync(text)],
] as const)("unpacks %s", async (_name, encoding, packed) => {
  expect(Buffer.from(await unpackBody(packed, encoding, limits)).toString()).toBe(text);
});

it.each(["gzip", "deflate", "identity"] as const)("an empty body in %s is empty", async (encoding) => {
  expect(await unpackBody(new Uint8Array(0), encoding, limits)).toHaveLength(0);
});

it.each([
  ["gzip", gzipSync("")],
  ["deflate", deflateSync("")],
  ["deflate", deflateRawSync("")],
] as const)("packed nothing in %s is empty", async (encoding, packed) => {
  expect(await unpackBody(packed, encoding, limits)).toHaveLength(0);
});

it.each([
  ["gzip that ends early", "gzip", gzipSync(text).subarray(0, 40)],
  ["deflate that ends early", "deflate", deflateSync(text).subarray(0, 40)],
  ["text that says deflate", "deflate", Buffer.from(text)],
] as const)("refuses %s with 400", async (_name, encoding, packed) => {
  await expect(unpackBody(packed, encoding, limits)).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

it.each(["gzip", "deflate"] as const)("stops a %s bomb at the limit", async (encoding) => {
  const bomb = (encoding === "gzip" ? gzipSync : deflateRawSync)(Buffer.alloc(3_000_000));
  await expect(unpackBody(bomb, encoding, limits)).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
});
