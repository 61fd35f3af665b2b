import type { Logger } from "./log";
import type { LostWorkWatch } from "./services/lost-work-watch";
import { warnOnceAMinute } from "./warn-once-a-minute";

/** The pause between two looks for lost work, in ms. Two looks find a dead process, so its work goes on within 5 s. */
const PAUSE_MS = 2_000;
/** While the engine is behind, one of this many looks logs an error and registers the program: once a minute. */
const LOOKS_BETWEEN = 30;

/**
 * Looks for lost work (executions whose process or wake event is gone) now, and every 2 s until it is stopped. A failed
 * look is logged and repeated.
 * @param register registers the program at its Inngest server, which may have lost the registration. It is called once
 * a minute while the engine is behind
 */
export function createLostWorkLoop(
  watch: LostWorkWatch,
  log: Logger,
  register: () => Promise<unknown>,
): { stop(): Promise<void> } {
  let isStopped = false;
  let behindLooks = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      await watch.look();
      behindLooks = watch.isEngineBehind() ? behindLooks + 1 : 0;
      if (behindLooks % LOOKS_BETWEEN === 1) {
        log.error("executions have been due for two minutes, and the engine does not run the deliverer");
        await register();
      }
    } catch (error) {
      warnOnceAMinute(log, { err: error }, "a look for what nothing works on failed");
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
