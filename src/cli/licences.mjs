import "./prepare/node-version.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runCommandBody, CommandProblem, projectRoot } from "./prepare/steps.mjs";

/** The SPDX names of allowed licences. The program uses packages unchanged, and passes none on in a changed form. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "CC-BY-4.0",
  "EPL-2.0",
  "ISC",
  "LGPL-3.0-or-later",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "OFL-1.1",
  "PostgreSQL",
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
]);

/**
 * The licences of packages whose package.json names none in SPDX's words. A person looked each up in the package
 * itself.
 */
const LOOKED_UP = new Map([
  ["geist", "OFL-1.1"],
  ["seq-queue", "MIT"],
]);

/**
 * Reads the licences of all packages from a package-lock.json. Nothing needs to be installed.
 * @returns packages by licence, and the packages whose licence is unknown or not allowed
 */
export function readLicences(lock) {
  const byLicence = new Map();
  const refused = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const licence = LOOKED_UP.get(name) ?? entry.license ?? "none";
    if (!isAllowed(licence)) refused.push(`${name}@${entry.version}: ${licence}`);
    const found = byLicence.get(licence) ?? { program: new Set(), tools: new Set() };
    (entry.dev ? found.tools : found.program).add(`${name}@${entry.version}`);
    byLicence.set(licence, found);
  }
  return { byLicence, refused };
}

/**
 * Tells whether a licence is allowed. Of licences joined by OR one must be allowed; of licences joined by AND all must
 * be.
 */
const isAllowed = (licence) =>
  licence
    .replaceAll(/[()]/g, "")
    .split(/ or /i)
    .some((choice) => choice.split(/ and /i).every((one) => ALLOWED.has(one.trim())));

/*
 * `npm run licences`: counts the packages of each licence. `--all` lists their names. It fails if a licence is not
 * allowed.
 */
async function main() {
  const lock = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8"));
  const { byLicence, refused } = readLicences(lock);
  const rows = [...byLicence].sort(
    (a, b) => b[1].program.size - a[1].program.size || b[1].tools.size - a[1].tools.size,
  );
  console.log("program  tools  licence");
  for (const [licence, { program, tools }] of rows) {
    console.log(`${String(program.size).padStart(7)}  ${String(tools.size).padStart(5)}  ${licence}`);
    if (process.argv.includes("--all")) for (const name of [...program, ...tools].sort()) console.log(`    ${name}`);
  }
  if (refused.length > 0)
    throw new CommandProblem(`Look up these licences, and add them to src/cli/licences.mjs:\n${refused.join("\n")}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runCommandBody(main);
