/** The limits of one rendering: the steps of its work, and the characters and items that it makes. */
export type RenderLimits = { steps: number; memory: number };

/**
 * The most steps of a rendering in a thread. A step takes about 0.1 µs: a turn of the Liquid engine, an item of a list
 * that a filter reads, or 16 characters of a text. The limit counts work and not time, so that a template fails alike
 * on slow and fast machines.
 */
export const RENDER_STEPS_MAX = 2_000_000;
/**
 * A rendering in a thread may make this many characters and items, and four times the size of its envelope in addition.
 */
const MEMORY_BEYOND = 1024 * 1024;
/** The most steps of a rendering on the event loop. They take a few milliseconds at worst. */
const STEPS_LITTLE = 20_000;
/**
 * The most characters and items that a rendering on the event loop may make. Steps alone do not suffice: one step can
 * make a range of 500,000 items, which takes 10 ms.
 */
const MEMORY_LITTLE = 64 * 1024;
/** The steps to compare an item by a property. The Liquid engine makes a context for each comparison. */
const ITEM_STEPS = 20;
/** The steps to make the text of one part of a list or an object. */
const PART_STEPS = 3;
const CHARACTERS_A_STEP = 16;

/**
 * Returns the limits of a rendering in a thread.
 * @param envelopeLength characters of the envelope as JSON
 */
export const makeThreadRenderLimits = (envelopeLength: number): RenderLimits => ({
  steps: RENDER_STEPS_MAX,
  memory: MEMORY_BEYOND + 4 * envelopeLength,
});
/** The limits of a rendering on the event loop. */
export const eventLoopRenderLimits: RenderLimits = { steps: STEPS_LITTLE, memory: MEMORY_LITTLE };

/** The error of a rendering that exceeded its limits. */
class LimitError extends Error {
  override readonly name = "LimitError";
}

/** Counts the work of one rendering. Every method throws LimitError above a limit. */
export class RenderBudget {
  private steps = 0;
  private memory = 0;
  /** whether a limit was exceeded; it stays true even if the Liquid engine catches the error */
  isExceeded = false;

  constructor(private readonly limits: RenderLimits) {}

  work(steps: number): void {
    if (!(steps > 0)) return;
    this.steps += steps;
    if (this.steps > this.limits.steps)
      this.fail(`it takes more than ${this.limits.steps.toLocaleString("en-US")} steps`);
  }

  /** Counts characters or items that the rendering makes. */
  allocate(count: number): void {
    if (!(count > 0)) return;
    this.memory += count;
    if (this.memory > this.limits.memory) this.fail("it handles too much text");
  }

  /** Counts one reading of every item of a list. */
  items(list: unknown, stepsEach = 1): void {
    if (Array.isArray(list)) this.work(list.length * stepsEach);
  }

  /** Counts one reading of a property of every item of a list. The property is a path of one part or more. */
  itemsBy(list: unknown, property: unknown): void {
    const parts = typeof property === "string" ? property.split(/[.[]/).length : 1;
    this.items(list, ITEM_STEPS + parts);
  }

  /** Counts the work of reading a text `times` times, from end to end. */
  text(text: unknown, times = 1): void {
    if (typeof text === "string") this.work((text.length * times) / CHARACTERS_A_STEP);
  }

  /**
   * Counts the work of turning a value into one text. Lists are always joined; objects only with `json`.
   * @param indent the characters of indentation for each level
   */
  flatten(value: unknown, { json = false, indent = 0, depth = 1 } = {}): void {
    this.text(value);
    if (typeof value !== "object" || value === null || (!json && !Array.isArray(value))) return;
    const names = Array.isArray(value) ? null : Object.keys(value);
    const count = names?.length ?? (value as unknown[]).length;
    this.work(count * PART_STEPS);
    this.allocate(2 + count * (1 + indent * depth));
    for (let index = 0; index < count; index++) {
      const name = names?.[index];
      const part: unknown = name === undefined ? (value as unknown[])[index] : (value as Record<string, unknown>)[name];
      if (name !== undefined) this.allocate(name.length);
      if (typeof part === "string") this.allocate(part.length);
      // A value that is nested too deeply exhausts the call stack here, as it would when its text is made.
      this.flatten(part, { json, indent, depth: depth + 1 });
    }
  }

  private fail(message: string): never {
    this.isExceeded = true;
    throw new LimitError(message);
  }
}
