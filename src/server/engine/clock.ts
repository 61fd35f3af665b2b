/** The engine's source of time. Tests replace it by a clock that they move by hand. */
export type EngineClock = {
  /** Returns the present time of this clock, in ms since 1970. */
  now(): number;
  /** Calls `callback` when `now()` has reached `at` (ms since 1970). Returns a function that cancels the call. */
  schedule(at: number, callback: () => void): () => void;
};

/** The longest delay of setTimeout, in ms: a longer one overflows and fires at once. The clock splits longer delays. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const systemClock: EngineClock = {
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
