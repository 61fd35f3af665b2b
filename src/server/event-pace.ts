const WINDOW_MS = 10_000;
/** An event a second. A project with this many events in a window is busy. */
const BUSY_FROM = 10;
/** Projects that a process remembers. A forgotten project counts as idle until it has sent enough again. */
const PROJECTS_MAX = 10_000;

/**
 * Notes received events of a project, and returns whether its pace is low. The pace is low with fewer than 10 events in
 * the last 10 s, the new ones included.
 *
 * A process counts only its own events. Behind a load balancer, n processes see a project as busy from up to n events a
 * second on, instead of one. Its events then cost more runs, and none of them waits longer.
 */
export type EventPace = (projectId: string, count: number) => boolean;

/** @param now ms that never go back */
export function createEventPace(now: () => number): EventPace {
  /** The times of the latest events of each project, 10 at most. The project that sent last stands last. */
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
