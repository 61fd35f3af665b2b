/** The number of steps that a time is counted in. */
const STEPS = 10;

/**
 * Calls `run` after `ms` in which the event loop turned. Node runs late timers before it reads sockets. So after a loop
 * that stood still, as in a process that loads its code, a plain timer would end what has its answer already. Here a
 * standstill of any length counts as one tenth of `ms`.
 * @returns a function that stops the timer
 */
export function startLoopTimeout(ms: number, run: () => void): () => void {
  let steps = 0;
  const timer = setInterval(() => {
    steps++;
    if (steps < STEPS) return;
    clearInterval(timer);
    run();
  }, ms / STEPS).unref();
  return () => clearInterval(timer);
}
