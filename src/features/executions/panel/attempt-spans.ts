import type { Attempt, Execution } from "../types";

/** A part of the time of an execution: an attempt, or a wait between attempts. */
type Span = { key: string; ms: number; attempt: Attempt | null };

/** Returns the waits and the attempts of an execution in order, from its creation on. */
export function attemptSpansOf({ attempts, createdAt }: Pick<Execution, "attempts" | "createdAt">): Span[] {
  let end = createdAt.getTime();
  return attempts.flatMap((attempt) => {
    const start = attempt.startedAt.getTime();
    const ms = attempt.durationMs ?? (attempt.finishedAt ? attempt.finishedAt.getTime() - start : 0);
    const wait: Span[] = start > end ? [{ key: `wait ${attempt.id}`, ms: start - end, attempt: null }] : [];
    end = Math.max(end, start + ms);
    return [...wait, { key: attempt.id, ms, attempt }];
  });
}
