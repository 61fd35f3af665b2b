type RefresherOptions<Topic> = {
  /** loads the data of these topics; `round` counts the refreshes from 0 */
  refresh: (topics: readonly Topic[], round: number) => Promise<unknown>;
  /** the least time between the starts of two refreshes, ms */
  everyMs: number;
};

/**
 * Collects changed topics and refreshes them. The first change after a pause is refreshed at once, later ones at most
 * once in `everyMs`.
 */
export type TopicRefresher<Topic> = {
  request: (topics: readonly Topic[]) => void;
  /** during a pause topics wait, and one refresh follows */
  setPaused: (isPaused: boolean) => void;
  stop: () => void;
};

export function createTopicRefresher<Topic>({ refresh, everyMs }: RefresherOptions<Topic>): TopicRefresher<Topic> {
  const pending = new Set<Topic>();
  let isPaused = false;
  let isRunning = false;
  let round = 0;
  let lastAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = async (): Promise<void> => {
    timer = undefined;
    const topics = [...pending];
    pending.clear();
    isRunning = true;
    lastAt = Date.now();
    // A failed query shows its own problem, so the error is ignored here.
    await refresh(topics, round++).catch(() => undefined);
    isRunning = false;
    plan();
  };
  const plan = (): void => {
    if (isPaused || isRunning || timer !== undefined || pending.size === 0) return;
    const waitMs = lastAt + everyMs - Date.now();
    if (waitMs <= 0) void run();
    else timer = setTimeout(() => void run(), waitMs);
  };
  return {
    request(topics) {
      for (const topic of topics) pending.add(topic);
      plan();
    },
    setPaused(paused) {
      isPaused = paused;
      if (paused) {
        clearTimeout(timer);
        timer = undefined;
      }
      plan();
    },
    stop() {
      isPaused = true;
      clearTimeout(timer);
    },
  };
}
