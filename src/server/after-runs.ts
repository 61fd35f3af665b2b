/** Background work that continues after its run. The program waits for it when it stops. */
export type AfterRuns = { add: (work: Promise<void>) => void; settled(): Promise<void> };

export function createAfterRuns(): AfterRuns {
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
