import { runTriggersProcess } from "./as-code/run-triggers-process";
import { resolveFromCallersFolder } from "./files";

/** `npm run triggers -- <command>`: keeps triggers and actions of a project as files. */
await runTriggersProcess(resolveFromCallersFolder);
