const WINDOW_MS = 10_000;
/** Events of a window from which on a project counts as busy: one a second. */
const BUSY_FROM = 10;
/** Projects that a process remembers. A forgotten project counts as idle until it has sent enough again. */
const PROJECTS_MAX = 10_000;

/**
 * Notes events of a project that were just received, and tells whether its pace is low: fewer than 10 events in the last
 * 10 s, those just noted among them.
 *
 * A process counts what it receives itself and asks nobody. Behind a load balancer, n processes see a project as busy
 * from up to n events a second on, instead of one. Its events then cost more runs, and none of them waits longer.
 */
export type EventPace = (projectId: string, count: number) => boolean;

/** @param now ms that never go back */
export function createEventPace(now: () => number): EventPace {
  /** When the last events of each project came, 10 at the most. The project that sent last stands last. */
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
