import type { Logger } from "./log";
import type { Watch } from "./services/watch";

/** How often the program looks, ms. Two looks find a process that died: within 5 s. */
const PAUSE_MS = 2_500;

/** Looks at once, and then again and again until it is stopped. A look that fails is logged, and the next one comes. */
export function createWatchLoop(watch: Watch, log: Logger): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      await watch.look();
    } catch (error) {
      log.warn({ err: (error as Error).message }, "a look for what nothing works on failed");
    }
    if (!isStopped)
      timer = setTimeout(() => {
        current = look();
      }, PAUSE_MS).unref();
  };
  let current = look();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
