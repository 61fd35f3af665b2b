import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readLicences } from "./licences.mjs";

type Entry = { version: string; license?: string; dev?: boolean };
const lockOf = (packages: Record<string, Entry>) => ({ packages: { "": { version: "1.0.0" }, ...packages } });

it("allows the licence of every package in package-lock.json", () => {
  const { refused } = readLicences(JSON.parse(readFileSync("package-lock.json", "utf8")));
  expect(refused).toEqual([]);
});

it("refuses a package without a licence, and one whose licence is not allowed", () => {
  const { refused } = readLicences(
    lockOf({
      "node_modules/a": { version: "1.0.0", license: "MIT" },
      "node_modules/a/node_modules/@scope/b": { version: "2.0.0" },
      "node_modules/c": { version: "3.0.0", license: "AGPL-3.0-only" },
      "node_modules/d": { version: "4.0.0", license: "(MIT OR GPL-3.0-only)" },
      "node_modules/e": { version: "5.0.0", license: "MIT AND GPL-3.0-only", dev: true },
    }),
  );
  expect(refused).toEqual(["@scope/b@2.0.0: none", "c@3.0.0: AGPL-3.0-only", "e@5.0.0: MIT AND GPL-3.0-only"]);
});
