/**
 * At most this many database tasks of one project's deliveries run at once in a process. Without a limit, 50 failing
 * endpoints of one project took all database connections, and other projects had to wait. A limit of 2 delivers as much
 * as a limit of 20.
 */
const TURNS = 2;

/**
 * Runs database tasks of deliveries, for each project a few at a time, in the order in which they came. Projects do not
 * wait for each other.
 */
export type ProjectWorkQueues = {
  run<T>(projectId: string, work: () => Promise<T>): Promise<T>;
};

/** @param limit the most tasks of one project that run at once */
export function createProjectWorkQueues(limit = TURNS): ProjectWorkQueues {
  const projects = new Map<string, { running: number; waiting: (() => void)[] }>();
  return {
    async run(projectId, work) {
      const own = projects.get(projectId) ?? { running: 0, waiting: [] };
      projects.set(projectId, own);
      // A task that ends hands its turn to the first waiting task. So `running` does not change.
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
