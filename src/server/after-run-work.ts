/** Background work that continues after its run. When the program stops, it waits for this work. */
export type AfterRunWork = { add: (work: Promise<void>) => void; settled(): Promise<void> };

export function createAfterRunWork(): AfterRunWork {
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
