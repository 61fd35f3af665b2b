import { existsSync } from "node:fs";
import { join } from "node:path";
import { compressStatic } from "./compress-static.mjs";
import { makeFingerprint, readFingerprint } from "./fingerprint.mjs";
import { ensureMade } from "./made.mjs";
import { projectRoot, runNodeScript, runStepWithProgress } from "./steps.mjs";

const KEPT = ".next/fingerprint";
const INPUT = [
  "src",
  "public",
  "prisma/schema.prisma",
  "next.config.mjs",
  "postcss.config.mjs",
  "tailwind.config.ts",
  "tsconfig.json",
  "package-lock.json",
];
const isIgnored = (path) => /^src\/(cli|test|generated)$/.test(path) || /\.(test\.tsx?|md)$/.test(path);

export const buildFingerprint = () => makeFingerprint(INPUT, isIgnored);

export const isBuilt = (wanted) => readFingerprint(KEPT) === wanted && existsSync(join(projectRoot, ".next/BUILD_ID"));

/**
 * Builds the interface and the server's bundles if they are missing, or if the source has changed since they were
 * built.
 */
export async function ensureBuild() {
  const wanted = buildFingerprint();
  await ensureMade({
    name: "build",
    words: "the build",
    keptIn: KEPT,
    wanted,
    isThere: () => isBuilt(wanted),
    make: () =>
      runStepWithProgress("Building", async () => {
        // A folder that is built once needs no cache. The second build writes one, and further builds are faster by it.
        const cache = existsSync(join(projectRoot, ".next/BUILD_ID")) ? "on" : "off";
        await runNodeScript("node_modules/next/dist/bin/next", ["build"], {
          env: { NODE_ENV: "production", BUILD_CACHE: cache },
          failure: "The build failed; see above for what is wrong.",
        });
        await compressStatic(join(projectRoot, ".next/static"));
      }),
  });
}
