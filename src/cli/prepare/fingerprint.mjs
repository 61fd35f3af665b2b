import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "./steps.mjs";

/**
 * Hashes files and whole folders, with the major version of Node. Equal content has an equal hash, whatever the dates
 * of the files.
 */
export function makeFingerprint(paths, isIgnored = () => false) {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0]);
  const add = (path) => {
    if (isIgnored(path) || !existsSync(join(projectRoot, path))) return;
    if (statSync(join(projectRoot, path)).isDirectory()) {
      for (const name of readdirSync(join(projectRoot, path)).sort()) add(`${path}/${name}`);
      return;
    }
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(projectRoot, path)))
      .update("\0");
  };
  paths.forEach(add);
  return hash.digest("hex");
}

/** Returns the fingerprint that was stored with a result; "" without one. */
export function readFingerprint(file) {
  return existsSync(join(projectRoot, file)) ? readFileSync(join(projectRoot, file), "utf8").trim() : "";
}

export function writeFingerprint(file, value) {
  mkdirSync(dirname(join(projectRoot, file)), { recursive: true });
  writeFileSync(join(projectRoot, file), value);
}
