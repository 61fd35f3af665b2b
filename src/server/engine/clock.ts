/** Where the engine takes the time from. Tests pass one that stands still until it is moved. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once `now() >= at` (ms since 1970). Returns a function that takes the call back. */
  schedule(at: number, callback: () => void): () => void;
};

/** setTimeout overflows past 2^31 ms and fires at once; a longer wait is cut and asked for again. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(at, callback) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const wait = at - Date.now();
      timer = wait > TIMER_MAX_MS ? setTimeout(arm, TIMER_MAX_MS) : setTimeout(callback, Math.max(0, wait));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
