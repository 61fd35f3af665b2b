import { isOverBudget } from "@/server/patterns/answers";
import type { Owner } from "@/server/patterns/patterns";
import type { ServiceContext } from "@/server/context";
import type { CachedTrigger } from "../trigger-cache";

/** Whether a trigger matches a state; null where its regular expressions have used up their time. */
export async function matchesInTime(ctx: ServiceContext, owner: Owner, trigger: CachedTrigger, payload: unknown): Promise<boolean | null> {
  const { compiled } = trigger.filter!;
  if (compiled.regexes.length === 0) return compiled.evaluate(payload).matched;
  try {
    return await ctx.patterns.settle(owner, (elsewhere) => compiled.evaluate(payload, elsewhere).matched);
  } catch (error) {
    if (isOverBudget(error)) return null;
    throw error;
  }
}
