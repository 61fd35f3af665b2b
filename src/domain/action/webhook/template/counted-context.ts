import { Context, type Liquid } from "liquidjs";
import { RenderBudget, type RenderLimits } from "./limits";

/** The variables of one rendering. It counts reading each part of a path, also in the contexts that filters make. */
class CountedContext extends Context {
  budget = new RenderBudget({ steps: 0, memory: 0 });

  override readProperty(target: never, key: never): unknown {
    this.budget.work(1);
    const value: unknown = super.readProperty(target, key);
    // The engine lists an object's names to count them.
    if ((key as unknown) === "size" && typeof value === "number" && !Array.isArray(target)) this.budget.work(value * 4);
    return value;
  }

  override spawn(scope: object = {}): Context {
    return contextOf(this.opts, this.liquid, scope, this.budget);
  }

  /** Reads a path. The engine searches a name in every scope around it. */
  override *_get(paths: never): IterableIterator<unknown> {
    this.budget.work(this.scopeCount() / 4);
    return yield* super._get(paths);
  }

  private scopeCount(): number {
    return (this as unknown as { scopes: unknown[] }).scopes.length;
  }
}

function contextOf(options: Context["opts"], liquid: Liquid | undefined, scope: object, budget: RenderBudget): Context {
  const context = new CountedContext(scope, options, { sync: true }, liquid ? { liquid } : {});
  context.budget = budget;
  context.memoryLimit.use = (count) => budget.allocate(count);
  return context;
}

export function createContext(
  engine: Liquid,
  scope: object,
  limits: RenderLimits,
): { context: Context; budget: RenderBudget } {
  const budget = new RenderBudget(limits);
  return { context: contextOf(engine.options, engine, scope, budget), budget };
}

/** Returns the budget of the rendering that a context belongs to. */
export const budgetOf = (context: Context): RenderBudget => (context as unknown as CountedContext).budget;

/** Runs a generator of the engine to its end and counts every turn as a step. Replaces `toValueSync` of the engine. */
export function run(value: unknown, budget: RenderBudget): unknown {
  if (!isGenerator(value)) return value;
  let next: "next" | "throw" = "next";
  let given: unknown = undefined;
  for (;;) {
    // The engine adds the template's line to an error. Counting that turn could throw again and lose the line.
    if (next === "next") budget.work(1);
    const state: IteratorResult<unknown> = value[next](given);
    next = "next";
    given = state.value;
    if (isGenerator(given)) {
      try {
        given = run(given, budget);
      } catch (error) {
        next = "throw";
        given = error;
      }
    }
    if (state.done) {
      if (next === "throw") throw given;
      return given;
    }
  }
}

const isGenerator = (value: unknown): value is Generator =>
  typeof value === "object" && value !== null && "next" in value && "throw" in value && "return" in value;
