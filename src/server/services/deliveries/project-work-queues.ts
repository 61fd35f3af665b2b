/**
 * The most pieces of one project's delivery work that use the database at once in a process. Without a limit, 50
 * endpoints that failed together filled the queue for connections, and another project's event had to wait. Fewer turns
 * also make larger claims: 2 deliver as much as 20.
 */
const TURNS = 2;

/**
 * Runs a project's pieces of work, a few at a time, in the order in which they came. Projects do not wait for each
 * other.
 */
export type ProjectWorkQueues = {
  run<T>(projectId: string, work: () => Promise<T>): Promise<T>;
};

/** @param limit the most pieces of one project at once */
export function createProjectWorkQueues(limit = TURNS): ProjectWorkQueues {
  const projects = new Map<string, { running: number; waiting: (() => void)[] }>();
  return {
    async run(projectId, work) {
      const own = projects.get(projectId) ?? { running: 0, waiting: [] };
      projects.set(projectId, own);
      // Work that ends hands its turn to the first waiting piece, so `running` stays as it is.
      if (own.running >= limit) await new Promise<void>((resolve) => own.waiting.push(resolve));
      else own.running += 1;
      try {
        return await work();
      } finally {
        const next = own.waiting.shift();
        if (next) next();
        else if (--own.running === 0) projects.delete(projectId);
      }
    },
  };
}
