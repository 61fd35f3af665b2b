import type { SpanAttributes, OtlpSpan } from "../decode/trace-export";
import { readText, isMeaningfulValue } from "./read-values";

/**
 * Reads the attributes of one span for the tables of the naming conventions. It also records which attributes were
 * used, and notes about the observation.
 */
export class SpanReader {
  /** names of attributes that went into input, output or metadata */
  readonly used = new Set<string>();
  /** notes for people about the observation, such as which parts were cut or left out */
  readonly notes = new Set<string>();
  /** the notes that the answer to the sender repeats, because the sender can fix their cause */
  readonly hints = new Set<string>();

  constructor(
    readonly span: OtlpSpan,
    readonly attributes: SpanAttributes = span.attributes,
  ) {}

  /** Adds a note that the answer to the sender repeats. */
  hint(note: string): void {
    this.notes.add(note);
    this.hints.add(note);
  }

  get scope(): string {
    return this.span.scope.name;
  }

  get(name: string): unknown {
    return this.attributes.get(name);
  }

  has(name: string): boolean {
    return isMeaningfulValue(this.attributes.get(name));
  }

  /** Returns the first meaningful value among the named attributes, and the attribute's name. */
  find(names: readonly string[]): { name: string; value: unknown } | null {
    for (const name of names) {
      const value = this.attributes.get(name);
      if (isMeaningfulValue(value)) return { name, value };
    }
    return null;
  }

  first(names: readonly string[]): unknown {
    return this.find(names)?.value ?? null;
  }

  /** Returns the first meaningful value among the named attributes, as text. */
  text(...names: string[]): string | null {
    return readText(this.first(names));
  }

  /** Returns an attribute as a word to compare: trimmed and in lower case. */
  word(name: string): string {
    return (readText(this.attributes.get(name)) ?? "").trim().toLowerCase();
  }

  /** Yields the attributes whose names start with a prefix: the name without the prefix, and the value. */
  *under(prefix: string): Generator<[string, unknown]> {
    for (const [name, value] of this.attributes) if (name.startsWith(prefix)) yield [name.slice(prefix.length), value];
  }

  hasUnder(prefix: string): boolean {
    for (const name of this.attributes.keys()) if (name.startsWith(prefix)) return true;
    return false;
  }

  /** Returns an attribute of the span, or of its resource if the span's value is not meaningful. */
  onSpanOrResource(name: string): unknown {
    return [this.attributes.get(name), this.span.resource.get(name)].find(isMeaningfulValue) ?? null;
  }

  /** Whether the span repeats the sums of its child spans. Its model, usage and cost are then not its own. */
  get isAggregate(): boolean {
    return ["invoke_agent", "agent_step"].includes(this.word("gen_ai.operation.name"));
  }

  /**
   * Whether the span is from the AI SDK 4 to 6. An attribute counts too, because a custom tracer may change the scope.
   */
  get isAiSdk(): boolean {
    return this.scope === "ai" || this.has("ai.operationId");
  }

  get isLiveKit(): boolean {
    return this.scope === "livekit-agents" || this.hasUnder("lk.");
  }
}
