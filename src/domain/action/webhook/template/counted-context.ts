import { Context, type Liquid } from "liquidjs";
import { RenderBudget, type RenderLimits } from "./limits";

/**
 * The variables of one template rendering. Each step of a variable's path counts as work, also in the child contexts
 * that filters make.
 */
class CountedContext extends Context {
  budget = new RenderBudget({ steps: 0, memory: 0 });

  override readProperty(target: never, key: never): unknown {
    this.budget.work(1);
    const value: unknown = super.readProperty(target, key);
    if ((key as unknown) === "size" && typeof value === "number" && isSizeByNames(target)) this.budget.work(value * 4);
    return value;
  }

  override spawn(scope: object = {}): Context {
    return contextOf({ options: this.opts, liquid: this.liquid, scope, budget: this.budget });
  }

  /** Reads a variable. The search may visit every enclosing scope, so each scope costs a quarter of a step. */
  override *_get(paths: never): IterableIterator<unknown> {
    this.budget.work(this.scopeCount() / 4);
    return yield* super._get(paths);
  }

  private scopeCount(): number {
    return (this as unknown as { scopes: unknown[] }).scopes.length;
  }
}

/** Tells whether the Liquid engine lists a value's names to find its size. Texts, lists and own sizes need no list. */
const isSizeByNames = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Object.hasOwn(value, "size");

function contextOf({
  options,
  liquid,
  scope,
  budget,
}: {
  options: Context["opts"];
  liquid: Liquid | undefined;
  scope: object;
  budget: RenderBudget;
}): Context {
  const context = new CountedContext(scope, options, { sync: true }, liquid ? { liquid } : {});
  context.budget = budget;
  context.memoryLimit.use = (count) => budget.allocate(count);
  return context;
}

export function createRenderContext(
  engine: Liquid,
  scope: object,
  limits: RenderLimits,
): { context: Context; budget: RenderBudget } {
  const budget = new RenderBudget(limits);
  return { context: contextOf({ options: engine.options, liquid: engine, scope, budget }), budget };
}

/** Returns the budget of the rendering that a context belongs to. */
export const readRenderBudget = (context: Context): RenderBudget => (context as unknown as CountedContext).budget;

/**
 * Runs a generator of the Liquid engine to its end and counts every turn as a step. It replaces the engine's
 * `toValueSync`.
 */
export function runGeneratorWithinBudget(value: unknown, budget: RenderBudget): unknown {
  if (!isGenerator(value)) return value;
  let next: "next" | "throw" = "next";
  let given: unknown = undefined;
  for (;;) {
    // Passing on an error is not counted: an error of the budget would replace it and lose its template line.
    if (next === "next") budget.work(1);
    const state: IteratorResult<unknown> = value[next](given);
    next = "next";
    given = state.value;
    if (isGenerator(given)) {
      try {
        given = runGeneratorWithinBudget(given, budget);
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
