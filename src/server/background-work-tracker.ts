/**
 * Tracks background work that outlives the function run which started it. `settled` waits for that work when the
 * program stops.
 */
export type BackgroundWorkTracker = { add: (work: Promise<void>) => void; settled(): Promise<void> };

export function createBackgroundWorkTracker(): BackgroundWorkTracker {
  const all = new Set<Promise<void>>();
  return {
    add(work) {
      all.add(work);
      void work.finally(() => all.delete(work));
    },
    async settled() {
      await Promise.allSettled(all);
    },
  };
}
