import { rmSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "./exclusively.mjs";
import { readFingerprint, writeFingerprint } from "./fingerprint.mjs";
import { programsThatRunFrom } from "./programs.mjs";
import { Problem, root } from "./steps.mjs";

/**
 * Makes a thing that programs run from, if it is missing or was made from another source.
 * @param options keptIn: the file with the fingerprint of the source. name: the thing in `runsFrom` of a program.
 * words: the thing for people.
 * @throws Problem if a running program would lose the thing that it runs from
 */
export async function ensureMade({ name, words, keptIn, wanted, isThere, make }) {
  if (isThere()) return;
  await exclusively(async () => {
    if (isThere()) return;
    const before = readFingerprint(keptIn);
    // Without the file a program that starts now looks again, and an interrupted make does not look finished.
    rmSync(join(root, keptIn), { force: true });
    const [program] = programsThatRunFrom(name);
    if (program) {
      if (before) writeFingerprint(keptIn, before);
      throw new Problem(
        `The program on port ${program.port} (process ${program.pid}) runs from ${words} in this ` +
          "folder, and the source has changed since. `npm run restart` brings the change into that " +
          "program. Or end it first, or use another folder.",
      );
    }
    await make();
    writeFingerprint(keptIn, wanted);
  });
}
