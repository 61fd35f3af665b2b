import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";

/** Linux counts CPU time in hundredths of a second, so one count is 10 ms. */
const TICK_MS = 10;

/** The CPU time in ms that the program, and PostgreSQL with all its processes, have used since their starts. */
export type CpuTimeOfProgramAndPostgres = { programMs: number; postgresMs: number };

/** Reads the CPU time of the program and of PostgreSQL from /proc. Without /proc, as on macOS, the times are 0. */
export async function readCpuTimeOfProgramAndPostgres(
  pool: pg.Pool,
  programPid: number,
): Promise<CpuTimeOfProgramAndPostgres> {
  const { rows } = await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const postmaster = readStat(rows[0]!.pid)?.parent;
  const all = numbersIn("/proc").map((pid) => ({ pid, stat: readStat(pid) }));
  const postgresMs = all.reduce((sum, { pid, stat }) => {
    if (!stat || postmaster === undefined) return sum;
    // PostgreSQL's main process adds up the CPU time of its processes that have ended.
    if (pid === postmaster) return sum + stat.ownMs + stat.endedChildrenMs;
    return stat.parent === postmaster ? sum + stat.ownMs : sum;
  }, 0);
  return { programMs: readStat(programPid)?.ownMs ?? 0, postgresMs };
}

export const subtractCpuTimes = (
  from: CpuTimeOfProgramAndPostgres,
  to: CpuTimeOfProgramAndPostgres,
): CpuTimeOfProgramAndPostgres => ({
  programMs: to.programMs - from.programMs,
  postgresMs: to.postgresMs - from.postgresMs,
});

/**
 * Reads parent and CPU time of a process from /proc/<pid>/stat, see proc_pid_stat(5). Null if the process has ended.
 */
function readStat(pid: number): { parent: number; ownMs: number; endedChildrenMs: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    /*
     * The program's name stands in parentheses and may hold spaces. Fields are counted from behind it; the first one
     * there is field 3.
     */
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
