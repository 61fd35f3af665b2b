import { expect, it } from "vitest";
import { readContentEncoding } from "./content-encoding";

const encodingOf = (header: string): string | null =>
  readContentEncoding(new Request("http://localhost", { headers: { "content-encoding": header } }));

it.each([
  ["", "identity"],
  ["identity", "identity"],
  ["GZIP", "gzip"],
  ["x-gzip", "gzip"],
  [" gzip ", "gzip"],
  ["gzip, identity", "gzip"],
  ["identity,deflate", "deflate"],
  ["br", null],
  ["zstd", null],
  ["gzip, gzip", null],
  ["constructor", null],
])("the content encoding %j is %j", (header, encoding) => expect(encodingOf(header)).toBe(encoding));
