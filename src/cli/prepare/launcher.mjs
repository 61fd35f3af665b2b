import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";
import { isProcessRunning, readNameAndParent } from "./process-identity.mjs";

const POLL_MS = 500;
const SHELL = /^-?(.*\/)?(sh|ash|bash|dash|ksh|zsh|busybox)$/;

let restart = () => console.log("SIGHUP restarts workers, and there are none yet.");

/** Sets the function that SIGHUP calls. */
export function onRestart(action) {
  restart = action;
}

/**
 * Ends this process, as SIGTERM does, when its launcher ends. It ends with the npm that runs it as a script, because
 * npm passes signals only to its shell, and cannot pass SIGKILL. It ends when its terminal closes. A start without a
 * terminal, as with `nohup` and output in a file, outlives both. Any other SIGHUP restarts the workers.
 */
export function followLauncher() {
  const unwatch = watchNpm();
  const hadTerminal = hasTerminal();
  const usesTerminal = [0, 1, 2].some((stream) => isatty(stream));
  process.on("SIGHUP", () => {
    if (process.platform === "win32" || (usesTerminal && !hasTerminal())) process.kill(process.pid, "SIGTERM");
    // npm's shell ends on the signal, even under nohup, and npm ends with it.
    else if (hadTerminal && !hasTerminal()) unwatch();
    else restart();
  });
}

function watchNpm() {
  if (!process.env.npm_lifecycle_script?.includes("src/cli/start.mjs")) return () => undefined;
  const { ppid } = process;
  const parent = readNameAndParent(ppid);
  // A shell may run between npm and this process.
  const npm = parent && SHELL.test(parent.name) ? parent.parent : ppid;
  let missed = 0;
  const timer = setInterval(() => {
    missed = process.ppid === ppid && isProcessRunning(ppid) && isProcessRunning(npm) ? 0 : missed + 1;
    // Two looks decide, because the SIGHUP that ended npm's shell may still be on its way to this process.
    if (missed < 2) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, POLL_MS).unref();
  return () => clearInterval(timer);
}

function hasTerminal() {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
