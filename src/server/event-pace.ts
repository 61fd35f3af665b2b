const WINDOW_MS = 10_000;
/** The fewest events of a busy project in a window: one event a second. */
const BUSY_FROM = 10;
/** The most projects that a process remembers. A forgotten project counts as idle until it has sent enough again. */
const PROJECTS_MAX = 10_000;

/**
 * Records received events of a project, and returns whether its pace is low: fewer than 10 events in the last 10 s,
 * with the new ones. A process counts only its own events. Behind a load balancer, n processes see a project as busy
 * from up to n events a second on, instead of one. Its events then need more runs, but none of them waits longer.
 */
export type EventPace = (projectId: string, count: number) => boolean;

/** @param now ms of a clock that never goes back */
export function createEventPace(now: () => number): EventPace {
  /** The times of the latest events of each project, at most 10. The project that sent last comes last. */
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
