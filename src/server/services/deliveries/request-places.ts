/**
 * Limits the concurrent requests of one process. A place is room for one request. If n projects have or want places,
 * each may hold at most 1/(n + 1) of all, but at least one. Of 256 places, a single project gets 128, and each of two
 * projects gets 85. Waiting projects take turns.
 */
export type RequestPlaces = {
  /**
   * Takes up to `wanted` places. If the project can have none now, or others wait already, it waits for its turn.
   * @returns the number of places taken; 0 if the timeout ended first
   */
  take(projectId: string, wanted: number, timeoutMs: number): Promise<number>;
  give(projectId: string, count: number): void;
};

type Waiter = { wanted: number; resolve: (count: number) => void };

/** @param limit the most concurrent requests of the process */
export function createRequestPlaces(limit: number): RequestPlaces {
  const held = new Map<string, number>();
  /** the delivery runs that wait for places, by project; the project whose turn is next comes first */
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
    // A project that got places goes to the end of the queue of projects.
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
