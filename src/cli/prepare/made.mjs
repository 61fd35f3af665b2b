import { rmSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "./exclusively.mjs";
import { keep, kept } from "./fingerprint.mjs";
import { programsThatRunFrom } from "./programs.mjs";
import { Problem, root } from "./steps.mjs";

/**
 * Makes something that programs run from, where it is missing or was made from something else.
 * The file `keptIn` keeps the fingerprint of what it was made from. `name` is a program's word for it in `runsFrom`.
 * A Problem is thrown where a running program would lose what it runs from.
 */
export async function ensureMade({ name, words, keptIn, wanted, isThere, make }) {
  if (isThere()) return;
  await exclusively(async () => {
    if (isThere()) return;
    const before = kept(keptIn);
    // First of all: a program that begins to run from it looks at this file once more, and an interrupted make must not
    // look like a finished one.
    rmSync(join(root, keptIn), { force: true });
    const [program] = programsThatRunFrom(name);
    if (program) {
      if (before) keep(keptIn, before);
      throw new Problem(
        `The program on port ${program.port} (process ${program.pid}) runs from ${words} in this folder, and the source has changed since. \`npm run restart\` brings the change into that program. Or end it first, or use another folder.`,
      );
    }
    await make();
    keep(keptIn, wanted);
  });
}
