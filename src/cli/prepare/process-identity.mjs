import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/*
 * A process is its number and the moment of its start: numbers are used again, the more so after a reboot. Linux says
 * both in /proc; elsewhere `ps` does. Windows says neither, and the number alone counts.
 */

/** Names a living process; a text that `isAlive` takes. */
export const identityOf = (pid) => `${pid} ${startOf(pid)}`.trim();

export function isAlive(identity) {
  const [pid, start = ""] = identity.split(/ (.*)/s);
  return isRunning(Number(pid)) && (start === "" || start === startOf(pid));
}

export function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function startOf(pid) {
  if (process.platform === "win32") return "";
  if (process.platform !== "linux") return ps("lstart", pid);
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${statOf(pid)[19]}`;
  } catch {
    return "";
  }
}

/** The name and the parent of a process, undefined where the system does not say. */
export function lookUp(pid) {
  if (process.platform === "win32") return undefined;
  if (process.platform !== "linux") return { name: ps("comm", pid), parent: Number(ps("ppid", pid)) };
  try {
    return { name: readFileSync(`/proc/${pid}/comm`, "utf8").trim(), parent: Number(statOf(pid)[1]) };
  } catch {
    return undefined;
  }
}

const ps = (field, pid) =>
  spawnSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";

/** What follows the name, which may hold spaces and brackets: state, parent … start as the 20th. */
const statOf = (pid) =>
  readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
