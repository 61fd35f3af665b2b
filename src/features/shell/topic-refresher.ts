type RefresherOptions<Topic> = {
  /** loads the data of these topics again; `round` is the number of earlier refreshes */
  refresh: (topics: readonly Topic[], round: number) => Promise<unknown>;
  /** the shortest time between the starts of two refreshes, in ms */
  everyMs: number;
};

/**
 * Collects topics that have changed, and refreshes them together. A refresh starts once `everyMs` have passed since the
 * start of the previous one, and after its end.
 */
export type TopicRefresher<Topic> = {
  request: (topics: readonly Topic[]) => void;
  /** while paused, topics are only collected; after the pause one refresh covers all of them */
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
    // The component of a failed query shows the error, so the error is ignored here.
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
