import { buildFingerprint, ensureBuild, isBuilt } from "./build.mjs";
import { dependenciesFingerprint, ensureDependencies } from "./dependencies.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { ensurePrismaClient } from "./prisma-client.mjs";
import { describeProgram } from "./programs.mjs";

const RUNS_FROM = ["dependencies", "client", "build"];

/** Returns the fingerprints of all inputs of a start. Workers with different fingerprints must not run side by side. */
export const readProgramVersion = () => ({
  dependencies: dependenciesFingerprint(),
  schema: fingerprint(["prisma"]),
  build: buildFingerprint(),
  program: fingerprint(["src/cli"]),
});

/**
 * Installs, generates and builds the missing parts, and records that this program runs from them.
 * @returns its version
 */
export async function prepareProgram() {
  describeProgram({ runsFrom: [] });
  for (;;) {
    await ensureDependencies();
    await ensurePrismaClient();
    await ensureBuild();
    const version = readProgramVersion();
    describeProgram({ runsFrom: RUNS_FROM });
    // Another start may have begun to build before this program was recorded.
    if (isBuilt(version.build)) return version;
    describeProgram({ runsFrom: [] });
  }
}
