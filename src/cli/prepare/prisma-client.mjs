import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeFingerprint, readFingerprint } from "./fingerprint.mjs";
import { ensureMade } from "./made.mjs";
import { projectRoot, runNodeScript, runStepWithProgress } from "./steps.mjs";

const KEPT = "src/generated/fingerprint";

/** Generates the database client if it is missing, or if it was made from another schema or version. */
export async function ensurePrismaClient() {
  const wanted = makeFingerprint(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  await ensureMade({
    name: "client",
    words: "the database client",
    keptIn: KEPT,
    wanted,
    isThere: () => existsSync(join(projectRoot, "src/generated/prisma/client.ts")) && readFingerprint(KEPT) === wanted,
    make: () =>
      runStepWithProgress("Generating the database client", () =>
        runNodeScript("node_modules/prisma/build/index.js", ["generate"], {
          // Without this variable the command would download an engine. Generating needs none, so any program serves.
          env: {
            PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
            PRISMA_HIDE_UPDATE_MESSAGE: "1",
            CHECKPOINT_DISABLE: "1",
          },
          failure: "The database client could not be generated from prisma/schema.prisma.",
        }),
      ),
  });
}
