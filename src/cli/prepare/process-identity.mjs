import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/*
 * A process is identified by its number and its start time, because systems use numbers again, above all after a
 * reboot. Linux has both in /proc, other systems in `ps`. On Windows only the number counts.
 */

/** Returns the identity of a living process, as the text that `isIdentifiedProcessAlive` takes. */
export const readProcessIdentity = (pid) => `${pid} ${startOf(pid)}`.trim();

export function isIdentifiedProcessAlive(identity) {
  const [pid, start = ""] = identity.split(/ (.*)/s);
  return isProcessRunning(Number(pid)) && (start === "" || start === startOf(pid));
}

export function isProcessRunning(pid) {
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

/** Returns the name and the parent of a process. Undefined if the system does not tell. */
export function readNameAndParent(pid) {
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

/**
 * Returns the fields behind the process's name, which may hold spaces and brackets. The first is the state, the second
 * the parent, the 20th the start time.
 */
const statOf = (pid) =>
  readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
