import { buildFingerprint, ensureBuild, isBuilt } from "./build.mjs";
import { dependenciesFingerprint, ensureDependencies } from "./dependencies.mjs";
import { makeFingerprint } from "./fingerprint.mjs";
import { ensurePrismaClient } from "./prisma-client.mjs";
import { recordProgram } from "./programs.mjs";

const RUNS_FROM = ["dependencies", "client", "build"];

/** Returns the fingerprints of all inputs of a start. Workers with different fingerprints must not run side by side. */
export const readProgramVersion = () => ({
  dependencies: dependenciesFingerprint(),
  schema: makeFingerprint(["prisma"]),
  build: buildFingerprint(),
  program: makeFingerprint(["src/cli"]),
});

/**
 * Installs, generates and builds the missing parts, and records that this program runs from them.
 * @returns its version
 */
export async function prepareProgram() {
  recordProgram({ runsFrom: [] });
  for (;;) {
    await ensureDependencies();
    await ensurePrismaClient();
    await ensureBuild();
    const version = readProgramVersion();
    recordProgram({ runsFrom: RUNS_FROM });
    // Another start may have begun to build before this program was recorded.
    if (isBuilt(version.build)) return version;
    recordProgram({ runsFrom: [] });
  }
}
