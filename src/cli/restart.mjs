import "./prepare/node-version.mjs";
import { setTimeout as wait } from "node:timers/promises";
import { listRunningPrograms } from "./prepare/programs.mjs";
import { runCommandBody, enterProjectRoot, CommandProblem } from "./prepare/steps.mjs";

const POLL_MS = 200;

/*
 * `npm run restart`: asks the running program of this folder to restart its workers (SIGHUP), and waits for the result.
 */
await runCommandBody(async () => {
  enterProjectRoot();
  if (process.platform === "win32")
    throw new CommandProblem("Windows knows no SIGHUP. Stop the program and start it again.");
  const { pid, port, restart } = theProgram();
  process.kill(pid, "SIGHUP");
  console.log(`The program on port ${port} (process ${pid}) restarts its workers …`);
  for (;;) {
    await wait(POLL_MS);
    const now = listRunningPrograms().find((program) => program.pid === pid);
    if (!now) throw new CommandProblem("The program has ended.");
    if (!now.restart || now.restart.state === "running") continue;
    if (now.restart.number === restart?.number && restart.state !== "running") continue;
    if (now.restart.state === "failed") throw new CommandProblem(now.restart.message);
    return console.log(now.restart.message);
  }
});

/** Finds the program on PORT, or the only program that serves. */
function theProgram() {
  const serving = listRunningPrograms().filter(({ canRestart }) => canRestart);
  const port = Number(process.env.PORT?.trim() || 3000);
  const found =
    serving.length === 1 && !process.env.PORT?.trim() ? serving[0] : serving.find((one) => one.port === port);
  if (found) return found;
  const others = serving.map((one) => one.port).join(", ");
  throw new CommandProblem(
    others
      ? `No program that was started from this folder serves port ${port}. Set PORT to one of: ${others}.`
      : "No program that was started from this folder serves yet. Start it with `npm start`.",
  );
}
