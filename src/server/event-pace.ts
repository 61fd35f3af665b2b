const WINDOW_MS = 10_000;
/** The fewest events in the window of 10 s that make a project busy: one event a second. */
const BUSY_FROM = 10;
/** The most projects that this process remembers. A forgotten project counts as idle until it has sent enough again. */
const PROJECTS_MAX = 10_000;

/**
 * Counts received events of a project, and returns whether it sends few: fewer than 10 in the last 10 s, including
 * these. Each process counts only its own events. Behind a load balancer with n processes a project may send up to n
 * events a second and still count as idle. Its events then need more runs, but none waits longer.
 */
export type IsEventPaceLow = (projectId: string, count: number) => boolean;

/** @param now returns the ms of a clock that never goes back */
export function createEventPaceCheck(now: () => number): IsEventPaceLow {
  /** The times of the latest events of each project, at most 10. The project that sent last is the last entry. */
  const recent = new Map<string, number[]>();
  return (projectId, count) => {
    const at = now();
    const earlier = (recent.get(projectId) ?? []).filter((each) => each > at - WINDOW_MS);
    const times = [...earlier, ...Array<number>(Math.min(count, BUSY_FROM)).fill(at)].slice(-BUSY_FROM);
    recent.delete(projectId);
    if (recent.size >= PROJECTS_MAX) recent.delete(recent.keys().next().value!);
    recent.set(projectId, times);
    return times.length < BUSY_FROM;
  };
}
