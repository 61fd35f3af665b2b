/** How much work one rendering may take, and how much text and how many items it may make. */
export type RenderLimits = { steps: number; memory: number };

/**
 * Work of one rendering at the most. A step is about 0.1 µs: a turn of the engine, an item of a list that a filter looks at,
 * or 16 characters of a text. It counts work and not time, so that a template fails alike on a slow and on a fast machine.
 */
export const STEPS_MAX = 2_000_000;
/** What a rendering may make beyond four times the size of its event, in characters and items. */
const MEMORY_BEYOND = 1024 * 1024;
/** A rendering that stays below this takes a few milliseconds at the worst. */
const STEPS_LITTLE = 20_000;
/** An item that is compared by one of its properties takes a context of its own. */
const ITEM_STEPS = 20;
/** A part of a list or an object whose text is made. */
const PART_STEPS = 3;
const CHARACTERS_A_STEP = 16;

/** @param eventLength characters of the event as JSON */
export const fullLimits = (eventLength: number): RenderLimits => ({
  steps: STEPS_MAX,
  memory: MEMORY_BEYOND + 4 * eventLength,
});
export const littleLimits = (eventLength: number): RenderLimits => ({
  ...fullLimits(eventLength),
  steps: STEPS_LITTLE,
});

/** A rendering went beyond its limits. */
class LimitError extends Error {
  override readonly name = "LimitError";
}

/** Counts what one rendering does. Every method throws LimitError once a limit is passed. */
export class RenderBudget {
  private steps = 0;
  private memory = 0;
  /** stays set, whatever the engine makes of the error */
  isExceeded = false;

  constructor(private readonly limits: RenderLimits) {}

  work(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limits.steps)
      this.fail(`it takes more than ${this.limits.steps.toLocaleString("en-US")} steps`);
  }

  /** @param count characters or items that are made */
  allocate(count: number): void {
    if (!(count > 0)) return;
    this.memory += count;
    if (this.memory > this.limits.memory) this.fail("it handles too much text");
  }

  /** Looking at every item of a list once. */
  items(list: unknown, stepsEach = 1): void {
    if (Array.isArray(list)) this.work(list.length * stepsEach);
  }

  /** Looking at every item of a list by a property, a path of one part or more. */
  itemsBy(list: unknown, property: unknown): void {
    const parts = typeof property === "string" ? property.split(/[.[]/).length : 1;
    this.items(list, ITEM_STEPS + parts);
  }

  /** Reading a text from end to end. */
  text(text: unknown, times = 1): void {
    if (typeof text === "string") this.work((text.length * times) / CHARACTERS_A_STEP);
  }

  /**
   * Making one text of a value: lists are joined, and objects too where `json` says so.
   * @param indent characters before each line and level
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
      // Too deep a value fails here, as it would where its text is made: the call stack ends.
      this.flatten(part, { json, indent, depth: depth + 1 });
    }
  }

  private fail(message: string): never {
    this.isExceeded = true;
    throw new LimitError(message);
  }
}
