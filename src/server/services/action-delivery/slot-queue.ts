/*
 * Shared runs of this process that wait for slots of the same action, in their order: whenever one gives slots back, the
 * first of the others looks. Without it they would all ask the database again and again.
 */
const waiting = new Map<string, (() => void)[]>();

/** Resolves when it is this one's turn to look, or after `timeoutMs`: slots are given back in other processes too. */
export function untilSlotsFreed(actionId: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const queue = waiting.get(actionId) ?? [];
    const timer = setTimeout(() => wake(), timeoutMs);
    const wake = (): void => {
      clearTimeout(timer);
      const at = queue.indexOf(wake);
      if (at !== -1) queue.splice(at, 1);
      if (queue.length === 0) waiting.delete(actionId);
      resolve();
    };
    queue.push(wake);
    waiting.set(actionId, queue);
  });
}

/** Tells the one that has waited longest. */
export function slotsFreed(actionId: string): void {
  waiting.get(actionId)?.[0]?.();
}
