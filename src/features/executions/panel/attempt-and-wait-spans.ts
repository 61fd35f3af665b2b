import type { Attempt, Execution } from "../types";

/** A section of an execution's time: an attempt, or (with `attempt` null) a wait before an attempt. */
type Span = { key: string; ms: number; attempt: Attempt | null };

/**
 * Returns the attempts of an execution and the waits before them, in the order of time. The first wait begins when the
 * execution was created.
 */
export function listAttemptAndWaitSpans({ attempts, createdAt }: Pick<Execution, "attempts" | "createdAt">): Span[] {
  let end = createdAt.getTime();
  return attempts.flatMap((attempt) => {
    const start = attempt.startedAt.getTime();
    const ms = attempt.durationMs ?? (attempt.finishedAt ? attempt.finishedAt.getTime() - start : 0);
    const wait: Span[] = start > end ? [{ key: `wait ${attempt.id}`, ms: start - end, attempt: null }] : [];
    end = Math.max(end, start + ms);
    return [...wait, { key: attempt.id, ms, attempt }];
  });
}
