import { fork, type ChildProcess, type ForkOptions } from "node:child_process";
import { renameSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** Node looks for the packages of a bundle from the bundle's folder, so this folder is inside the project. */
const FOLDER = join(".run", "bundles");
const bundles = new Map<string, string>();

export type ForkModuleOptions = ForkOptions & { args?: readonly string[] };

/** Starts a module of this project as a process of its own. */
export function forkModule(module: URL, { args = [], execArgv = [], ...options }: ForkModuleOptions): ChildProcess {
  return fork(bundleOf(relative(process.cwd(), fileURLToPath(module))), args, { ...options, execArgv });
}

/**
 * Bundles a module with the modules of this project that it imports, once in this process. Packages are not bundled.
 * @returns the path of the bundle
 */
function bundleOf(entry: string): string {
  const known = bundles.get(entry);
  if (known) return known;
  const file = join(FOLDER, entry.replace(/\.ts$/, ".mjs"));
  const draft = `${file}.${process.pid}`;
  buildSync({
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    // Next.js has no list of exports, and Node adds no ending to the path of a file.
    alias: { "next/server": "next/server.js" },
    keepNames: true,
    logLevel: "warning",
  });
  // Several processes may bundle at once, so each writes a file of its own first.
  renameSync(draft, file);
  bundles.set(entry, file);
  return file;
}
