import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";

/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

/** CPU time since the start of the program, and of PostgreSQL with all its processes, ms. */
export type CpuTime = { programMs: number; postgresMs: number };

/** Reads the CPU time of program and PostgreSQL from /proc. Zeros where there is none, as on macOS. */
export async function readCpuTime(pool: pg.Pool, programPid: number): Promise<CpuTime> {
  const { rows } = await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const postmaster = readStat(rows[0]!.pid)?.parent;
  const all = numbersIn("/proc").map((pid) => ({ pid, stat: readStat(pid) }));
  const postgresMs = all.reduce((sum, { pid, stat }) => {
    if (!stat || postmaster === undefined) return sum;
    // The postmaster has the time of the processes that have ended.
    if (pid === postmaster) return sum + stat.ownMs + stat.endedChildrenMs;
    return stat.parent === postmaster ? sum + stat.ownMs : sum;
  }, 0);
  return { programMs: readStat(programPid)?.ownMs ?? 0, postgresMs };
}

export const cpuTimeBetween = (from: CpuTime, to: CpuTime): CpuTime => ({
  programMs: to.programMs - from.programMs,
  postgresMs: to.postgresMs - from.postgresMs,
});

/** Reads /proc/<pid>/stat (proc_pid_stat(5)): fields 4, 14 and 15, 16 and 17. Null for a process that has ended. */
function readStat(pid: number): { parent: number; ownMs: number; endedChildrenMs: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program is in parentheses and may hold spaces. The field behind it is the third.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = (first: number): number => Number(fields[first - 3]) + Number(fields[first - 2]);
    return { parent: Number(fields[1]), ownMs: ticks(14) * TICK_MS, endedChildrenMs: ticks(16) * TICK_MS };
  } catch {
    return null;
  }
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
