import { rmSync } from "node:fs";
import { join } from "node:path";
import { runExclusively } from "./run-exclusively.mjs";
import { readFingerprint, writeFingerprint } from "./fingerprint.mjs";
import { listProgramsRunningFrom } from "./programs.mjs";
import { CommandProblem, projectRoot } from "./steps.mjs";

/**
 * Makes a thing that programs run from, if it is missing or was made from another source.
 * @param options keptIn: the file with the fingerprint of the source. name: the thing in `runsFrom` of a program.
 * words: the thing for people.
 * @throws CommandProblem if a running program would lose the thing that it runs from
 */
export async function ensureMade({ name, words, keptIn, wanted, isThere, make }) {
  if (isThere()) return;
  await runExclusively(async () => {
    if (isThere()) return;
    const before = readFingerprint(keptIn);
    // Without the file a program that starts now looks again, and an interrupted make does not look finished.
    rmSync(join(projectRoot, keptIn), { force: true });
    const [program] = listProgramsRunningFrom(name);
    if (program) {
      if (before) writeFingerprint(keptIn, before);
      throw new CommandProblem(
        `The program on port ${program.port} (process ${program.pid}) runs from ${words} in this ` +
          "folder, and the source has changed since. `npm run restart` brings the change into that " +
          "program. Or end it first, or use another folder.",
      );
    }
    await make();
    writeFingerprint(keptIn, wanted);
  });
}
