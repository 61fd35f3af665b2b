import { runTriggers } from "./as-code/run-triggers";

/** `npm run triggers -- <command>`: triggers and actions as files. */
process.exitCode = await runTriggers(process.argv.slice(2), {
  env: process.env,
  print: (text) => console.log(text),
  send: fetch,
});
