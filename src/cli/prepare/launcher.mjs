import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";
import { isRunning, lookUp } from "./process-identity.mjs";

const POLL_MS = 500;
const SHELL = /^-?(.*\/)?(sh|ash|bash|dash|ksh|zsh|busybox)$/;

let restart = () => console.log("SIGHUP restarts workers, and there are none yet.");

/** Says what SIGHUP does from now on. */
export function onRestart(action) {
  restart = action;
}

/**
 * Ends this process, as SIGTERM does, with whatever launched it: when the npm that runs it as its script ends, as npm
 * passes a signal on to its shell alone, and no SIGKILL; and when its terminal closes. A start that uses no terminal,
 * as with `nohup` and its output in a file, outlives both. Any other SIGHUP restarts the workers.
 */
export function followLauncher() {
  const unwatch = watchNpm();
  const hadTerminal = hasTerminal();
  const usesTerminal = [0, 1, 2].some((stream) => isatty(stream));
  process.on("SIGHUP", () => {
    if (process.platform === "win32" || (usesTerminal && !hasTerminal())) process.kill(process.pid, "SIGTERM");
    // npm's shell does not ignore the signal, even under nohup, and npm ends with it.
    else if (hadTerminal && !hasTerminal()) unwatch();
    else restart();
  });
}

function watchNpm() {
  if (!process.env.npm_lifecycle_script?.includes("src/cli/start.mjs")) return () => undefined;
  const { ppid } = process;
  const parent = lookUp(ppid);
  // A shell that has not replaced itself by its command stands between npm and this process.
  const npm = parent && SHELL.test(parent.name) ? parent.parent : ppid;
  let missed = 0;
  const timer = setInterval(() => {
    missed = process.ppid === ppid && isRunning(ppid) && isRunning(npm) ? 0 : missed + 1;
    // A second look, as the SIGHUP that ended npm's shell may be on its way to this process too.
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
