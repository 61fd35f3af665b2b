import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import { build, stop } from "esbuild";

/**
 * Bundles a module of TypeScript with everything that it imports, and runs it in this thread. A thread does not inherit
 * the TypeScript loader of the program. With a loader of its own, a start takes 0.35 s and 65 MB while events arrive; a
 * bundle takes 0.2 s and 35 MB.
 * @param {string} entry its path from the root of the tree
 */
export async function loadThread(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
  });
  await stop();
  const run = runInThisContext(`(function (require) {${outputFiles[0].text}\n})`, { filename: entry });
  run(createRequire(import.meta.url));
}
