/**
 * Places for requests on the wire, of one process. A project holds at most the share that leaves one for everybody who
 * waits and one more: 256 places are 128 for a project alone, 85 for each of two. Projects that wait get theirs in turns.
 */
export type WirePlaces = {
  /**
   * Takes as many places as there are, at most `wanted`; waits for the first of them.
   * @returns how many; 0 where there was none in time
   */
  take(projectId: string, wanted: number, timeoutMs: number): Promise<number>;
  give(projectId: string, count: number): void;
};

type Waiter = { wanted: number; resolve: (count: number) => void };

/** @param limit requests on the wire at once */
export function createWirePlaces(limit: number): WirePlaces {
  const held = new Map<string, number>();
  /** projects in the order of their turns, each with those who wait for it */
  const waiting = new Map<string, Waiter[]>();
  let free = limit;

  const roomOf = (projectId: string): number => {
    const active = new Set([...held.keys(), ...waiting.keys(), projectId]).size;
    const share = Math.max(1, Math.floor(limit / (active + 1)));
    return Math.min(free, share - (held.get(projectId) ?? 0));
  };
  const grant = (projectId: string, wanted: number): number => {
    const count = Math.max(0, Math.min(wanted, roomOf(projectId)));
    if (count === 0) return 0;
    free -= count;
    held.set(projectId, (held.get(projectId) ?? 0) + count);
    return count;
  };
  const serve = (): void => {
    for (const [projectId, waiters] of [...waiting]) {
      if (free === 0) return;
      const [first] = waiters;
      const count = grant(projectId, first!.wanted);
      if (count === 0) continue;
      leave(projectId, first!);
      first!.resolve(count);
    }
  };
  const leave = (projectId: string, waiter: Waiter): void => {
    const others = (waiting.get(projectId) ?? []).filter((each) => each !== waiter);
    // Whoever was served goes behind the projects that wait.
    waiting.delete(projectId);
    if (others.length > 0) waiting.set(projectId, others);
  };

  return {
    async take(projectId, wanted, timeoutMs) {
      const isBehindOthers = waiting.size > 0;
      const count = isBehindOthers ? 0 : grant(projectId, wanted);
      if (count > 0) return count;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          leave(projectId, waiter);
          resolve(0);
        }, timeoutMs);
        const waiter: Waiter = {
          wanted,
          resolve(granted) {
            clearTimeout(timer);
            resolve(granted);
          },
        };
        waiting.set(projectId, [...(waiting.get(projectId) ?? []), waiter]);
        serve();
      });
    },
    give(projectId, count) {
      free += count;
      const left = (held.get(projectId) ?? 0) - count;
      if (left > 0) held.set(projectId, left);
      else held.delete(projectId);
      serve();
    },
  };
}
