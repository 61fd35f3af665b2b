import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "./exclusively.mjs";
import { fingerprint, keep, kept } from "./fingerprint.mjs";
import { root, runNode, step } from "./steps.mjs";

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

/** Builds the interface and the server's bundles, where they are missing or made from something else. */
export async function ensureBuild() {
  const wanted = fingerprint(INPUT, isIgnored);
  const isThere = () => kept(KEPT) === wanted && existsSync(join(root, ".next/BUILD_ID"));
  if (isThere()) return;
  await exclusively(() => isThere() || build(wanted));
}

async function build(wanted) {
  // An interrupted build must not look like a finished one.
  rmSync(join(root, KEPT), { force: true });
  await step("Building", () =>
    runNode("node_modules/next/dist/bin/next", ["build"], {
      env: { NODE_ENV: "production" },
      failure: "The build failed; see above for what is wrong.",
    }),
  );
  keep(KEPT, wanted);
}
