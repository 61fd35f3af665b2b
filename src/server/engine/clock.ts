/** The engine's clock. Tests pass a clock that stands still until they move it. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once `now() >= at` (ms since 1970). Returns a function that takes the call back. */
  schedule(at: number, callback: () => void): () => void;
};

/** setTimeout overflows past 2^31 ms and fires at once. The clock cuts a longer wait into parts. */
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
