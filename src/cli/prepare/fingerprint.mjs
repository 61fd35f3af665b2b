import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./steps.mjs";

/**
 * Hashes files and whole folders, with the major version of Node. Equal content has an equal hash, whatever the dates
 * of the files.
 */
export function fingerprint(paths, isIgnored = () => false) {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0]);
  const add = (path) => {
    if (isIgnored(path) || !existsSync(join(root, path))) return;
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`);
      return;
    }
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  };
  paths.forEach(add);
  return hash.digest("hex");
}

/** Returns the fingerprint that was stored with a result; "" without one. */
export function readFingerprint(file) {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8").trim() : "";
}

export function writeFingerprint(file, value) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), value);
}
