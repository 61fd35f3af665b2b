import { resolve } from "node:path";
import { runTriggersProcess } from "../as-code/run-triggers-process";

/**
 * The command of the npm package. It runs in the folder of its caller. INIT_CWD, which `npm run triggers` reads, may
 * name another folder here: npm sets it for a script, and the script may enter a folder before it calls the command.
 */
await runTriggersProcess((path) => resolve(path));
