import { runTriggersCommand } from "./as-code/run-triggers-command";

/** `npm run triggers -- <command>`: triggers and actions as files. */
process.exitCode = await runTriggersCommand(process.argv.slice(2), {
  env: process.env,
  print: (text) => console.log(text),
  send: fetch,
});
