import type { Attributes, Span } from "../decode/trace-export";
import { asText, isMeaningful } from "./values";

/** Questions to the attributes of one span. The conventions' tables are written in them. */
export class SpanReading {
  /** names of attributes that became input, output or metadata */
  readonly used = new Set<string>();
  /** what people should know about the observation: what was cut or left out */
  readonly notes = new Set<string>();

  constructor(
    readonly span: Span,
    readonly attributes: Attributes = span.attributes,
  ) {}

  get scope(): string {
    return this.span.scope.name;
  }

  get(name: string): unknown {
    return this.attributes.get(name);
  }

  has(name: string): boolean {
    return isMeaningful(this.attributes.get(name));
  }

  /** The first meaningful value, and the name it stands under. */
  find(names: readonly string[]): { name: string; value: unknown } | null {
    for (const name of names) {
      const value = this.attributes.get(name);
      if (isMeaningful(value)) return { name, value };
    }
    return null;
  }

  first(names: readonly string[]): unknown {
    return this.find(names)?.value ?? null;
  }

  /** The first meaningful value as text. */
  text(...names: string[]): string | null {
    return asText(this.first(names));
  }

  /** A text to compare: trimmed, in lower case. */
  word(name: string): string {
    return (asText(this.attributes.get(name)) ?? "").trim().toLowerCase();
  }

  /** The names that start with a prefix, without it, and their values. */
  *under(prefix: string): Generator<[string, unknown]> {
    for (const [name, value] of this.attributes) if (name.startsWith(prefix)) yield [name.slice(prefix.length), value];
  }

  hasUnder(prefix: string): boolean {
    for (const name of this.attributes.keys()) if (name.startsWith(prefix)) return true;
    return false;
  }

  /** The first meaningful value of an attribute on the span, else on its resource. */
  onSpanOrResource(name: string): unknown {
    return [this.attributes.get(name), this.span.resource.get(name)].find(isMeaningful) ?? null;
  }

  /** Whether a span repeats the sums of its children: their model, usage and cost are not its own. */
  get isAggregate(): boolean {
    return ["invoke_agent", "agent_step"].includes(this.word("gen_ai.operation.name"));
  }

  /** Spans of the AI SDK 4 to 6, also where a custom tracer gives them another scope. */
  get isAiSdk(): boolean {
    return this.scope === "ai" || this.has("ai.operationId");
  }

  get isLiveKit(): boolean {
    return this.scope === "livekit-agents" || this.hasUnder("lk.");
  }
}
