import { runTriggersCommand, type CommandDependencies } from "./run-triggers-command";

/** Runs the command of this process's arguments, and sets the process's exit code. */
export async function runTriggersProcess(resolvePath: CommandDependencies["resolvePath"]): Promise<void> {
  process.exitCode = await runTriggersCommand(process.argv.slice(2), {
    env: process.env,
    print: (text) => console.log(text),
    send: fetch,
    resolvePath,
  });
}
