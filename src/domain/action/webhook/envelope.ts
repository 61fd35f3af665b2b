import { LongNumber, stringifyJson } from "../../json/long-number";

/** Bytes of a body at the most; a longer one is shortened and says so. */
export const BODY_MAX = 256 * 1024;
/** What a text that was cut keeps at first; halved until the body fits. */
const CUT_START = 64 * 1024;
const CUT_LEAST = 64;
/** What an id keeps where nothing but the ids fits. */
const ID_KEPT = 1_024;
/** Levels that a shortened value keeps: model output can be nested deeper than a recursion can follow. */
const DEPTH_MAX = 100;
const bodyFields = ["input", "output", "metadata"] as const;

export type EnvelopeInput = {
  source: { name: string; noun: { one: string } };
  apiVersion: "v1";
  /** of the event */
  timestamp: Date;
  trigger: { id: string; name: string };
  executionId: string;
  /** where a person sees the execution */
  url: string;
  /** what the event source tells of the event */
  observation: Record<string, unknown>;
};

const encoder = new TextEncoder();
const bytesOf = (text: string): number => (text.length * 3 <= BODY_MAX ? text.length : encoder.encode(text).length);

/**
 * The body of a webhook, as JSON text: `{type, apiVersion, timestamp, data: {trigger, execution, observation, url}}`.
 * One over 256 KB loses its largest of input, output and metadata first, then the ends of long texts, and carries
 * `truncated: true`.
 */
export function buildEnvelope(input: EnvelopeInput): string {
  const whole = render(input, input.observation, false);
  if (bytesOf(whole) <= BODY_MAX) return whole;

  const observation = { ...input.observation };
  const bySize = bodyFields
    .filter((field) => observation[field] !== undefined && observation[field] !== null)
    .map((field) => ({ field, size: JSON.stringify(observation[field]).length }))
    .sort((a, b) => b.size - a.size);
  for (const { field } of bySize) {
    observation[field] = null;
    const text = render(input, observation, true);
    if (bytesOf(text) <= BODY_MAX) return text;
  }
  for (let most = CUT_START; most >= CUT_LEAST; most /= 2) {
    const text = render(input, shorten(observation, most) as Record<string, unknown>, true);
    if (bytesOf(text) <= BODY_MAX) return text;
  }
  return render(
    input,
    shorten({ id: observation.id, traceId: observation.traceId }, ID_KEPT) as Record<string, unknown>,
    true,
  );
}

function render(input: EnvelopeInput, observation: Record<string, unknown>, truncated: boolean): string {
  return stringifyJson({
    type: input.source.name,
    apiVersion: input.apiVersion,
    timestamp: input.timestamp.toISOString(),
    ...(truncated ? { truncated: true } : {}),
    data: {
      trigger: input.trigger,
      execution: { id: input.executionId },
      [input.source.noun.one]: observation,
      url: input.url,
    },
  });
}

/** Cuts every text below to at most `most` characters, never inside a surrogate pair, lists to as many items, and depth. */
function shorten(value: unknown, most: number, depth = 0): unknown {
  if (typeof value === "string")
    return value.length <= most ? value : `${value.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}…`;
  if (value instanceof LongNumber) return value.digits.length <= most ? value : shorten(value.digits, most);
  if (value && typeof value === "object" && depth === DEPTH_MAX) return "…";
  if (Array.isArray(value)) return value.slice(0, most).map((item) => shorten(item, most, depth + 1));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, most)
        .map(([key, item]) => [key, shorten(item, most, depth + 1)]),
    );
  }
  return value;
}
