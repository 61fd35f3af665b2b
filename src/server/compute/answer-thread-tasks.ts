import { parentPort } from "node:worker_threads";
import type { MessageFromThread, TasksOfThreadTurn } from "./thread-tasks";

/**
 * Runs inside a worker thread: answers the tasks that a `ThreadQueue` sends.
 * @param run answers one task, at once or later; `until` is the end of the project's turn, in the time of
 * `performance.now()`
 */
export function answerThreadTasks<Task>(run: (task: Task, until: number) => unknown): void {
  const port = parentPort!;
  const post = (message: MessageFromThread): void => port.postMessage(message);
  const answerTurn = async ({ tasks, sliceMs }: TasksOfThreadTurn<Task>): Promise<void> => {
    const until = performance.now() + sliceMs;
    for (const [index, task] of tasks.entries()) {
      const start = performance.now();
      if (index > 0 && start > until) break;
      try {
        const answer = await run(task, until);
        post({ kind: "answer", answer, tookMs: performance.now() - start });
      } catch (error) {
        post({ kind: "failure", message: (error as Error).message, tookMs: performance.now() - start });
      }
    }
    post({ kind: "end" });
  };
  port.on("message", (turn: TasksOfThreadTurn<Task>) => void answerTurn(turn));
  post({ kind: "ready" });
}
