import { isRunning, lookUp } from "./process-identity.mjs";

const POLL_MS = 500;
const SHELL = /^-?(.*\/)?(sh|ash|bash|dash|ksh|zsh|busybox)$/;

/**
 * Ends this process, as SIGTERM does, when the npm that runs it as its script ends. npm passes a signal on to its shell
 * alone, and passes on no SIGKILL. A start without npm has no launcher: whoever starts it in the background may end.
 */
export function endWithLauncher() {
  if (!process.env.npm_lifecycle_script?.includes("src/cli/start.mjs")) return;
  const { ppid } = process;
  const parent = lookUp(ppid);
  // A shell that has not replaced itself by its command stands between npm and this process.
  const npm = parent && SHELL.test(parent.name) ? parent.parent : ppid;
  const timer = setInterval(() => {
    if (process.ppid === ppid && isRunning(ppid) && isRunning(npm)) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, POLL_MS).unref();
}
