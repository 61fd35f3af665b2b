import type { CompiledFilter } from "@/domain/filter/evaluate";
import { isOverBudget } from "@/server/patterns/answers";
import type { Owner } from "@/server/patterns/patterns";
import type { ServiceContext } from "@/server/context";

/** Whether a filter holds for a state. @throws OverBudget where its regular expressions have used up their time */
export function matches(
  ctx: ServiceContext,
  owner: Owner,
  filter: CompiledFilter,
  payload: unknown,
): boolean | Promise<boolean> {
  if (filter.regexes.length === 0) return filter.evaluate(payload).matched;
  return ctx.patterns.settle(owner, (elsewhere) => filter.evaluate(payload, elsewhere).matched);
}

/** The same, null where its regular expressions have used up their time. */
export async function matchesInTime(...args: Parameters<typeof matches>): Promise<boolean | null> {
  try {
    return await matches(...args);
  } catch (error) {
    if (isOverBudget(error)) return null;
    throw error;
  }
}
