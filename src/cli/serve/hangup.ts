import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";

/**
 * SIGHUP means "restart", unless it comes from a terminal that was closed: then the program ends, as with SIGTERM.
 * `nohup` and a service have no terminal.
 */
export function onHangup(restart: () => void): void {
  const hadTerminal = [0, 1, 2].some((stream) => isatty(stream));
  process.on("SIGHUP", () => {
    if (hadTerminal && !hasTerminal()) process.kill(process.pid, "SIGTERM");
    else restart();
  });
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
