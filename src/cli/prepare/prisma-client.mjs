import { existsSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "./exclusively.mjs";
import { fingerprint, keep, kept } from "./fingerprint.mjs";
import { root, runNode, step } from "./steps.mjs";

const KEPT = "src/generated/fingerprint";

/** Generates the database client, where it is missing or made from another schema or version. */
export async function ensurePrismaClient() {
  const wanted = fingerprint(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  const isThere = () => existsSync(join(root, "src/generated/prisma/client.ts")) && kept(KEPT) === wanted;
  if (isThere()) return;
  await exclusively(() => isThere() || generate(wanted));
}

async function generate(wanted) {
  await step("Generating the database client", () =>
    runNode("node_modules/prisma/build/index.js", ["generate"], {
      // The command downloads an engine that generating does not need, unless it is told of one.
      env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
      failure: "The database client could not be generated from prisma/schema.prisma.",
    }),
  );
  keep(KEPT, wanted);
}
