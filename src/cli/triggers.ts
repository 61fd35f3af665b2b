import { runTriggersCommand } from "./as-code/run-triggers-command";
import { resolveFromCallersFolder } from "./files";

/** `npm run triggers -- <command>`: keeps triggers and actions of a project as files. */
process.exitCode = await runTriggersCommand(process.argv.slice(2), {
  env: process.env,
  print: (text) => console.log(text),
  send: fetch,
  resolvePath: resolveFromCallersFolder,
});
