import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { takeFromLimit } from "./limits";

const WINDOW_MS = 60_000;

/**
 * Counts one use by the person who acts, in whichever project: a new project gives no new allowance. The program itself
 * has no limit.
 * @param what `noun` stands behind the number: "tests"
 * @throws AppError TOO_MANY_REQUESTS beyond `max` a minute
 */
export async function takeForPerson(
  ctx: ProjectContext,
  what: { name: string; max: number; noun: string },
): Promise<void> {
  if (ctx.actor.type !== "user") return;
  try {
    await takeFromLimit(ctx, { key: `${what.name}:${ctx.actor.userId}`, max: what.max, windowMs: WINDOW_MS });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "TOO_MANY_REQUESTS") throw error;
    const { retryAfterSeconds = 60 } = error;
    const message = `You may make at most ${what.max} ${what.noun} a minute. Try again in ${retryAfterSeconds} s.`;
    throw new AppError("TOO_MANY_REQUESTS", message, { cause: error, retryAfterSeconds });
  }
}
