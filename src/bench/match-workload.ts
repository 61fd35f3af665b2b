import { observationCreatedSource } from "@/domain/event-source/observation-created/index";
import type { ObservationCreated } from "@/domain/event-source/observation-created/schema";
import type { Filter, FilterCondition, FilterNode } from "@/domain/filter/schema";
import { createRandom, type Random } from "@/test/random";

/*
 * The filters and observations of the matching bench. All kinds of conditions occur, and the same seed makes the same
 * workload. A trigger has 2 to 4 conditions. Most conditions are true for about one observation in seven. One trigger
 * in ten has a nested group. Of 10,000 triggers about 60 match an observation.
 */

const named = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}-${n}`);
const types = ["GENERATION", "SPAN", "EVENT", "TOOL", "AGENT", "CHAIN", "RETRIEVER"];
const levels = ["DEBUG", "DEFAULT", "WARNING", "ERROR"];
const environments = ["production", "staging", "development", "preview", "test", "canary", "sandbox"];
const models = ["gpt", "claude", "gemini", "llama", "mistral", "qwen"].flatMap((family) => named(family, 6));
const steps = ["answer", "retrieve", "rank", "plan", "summarize", "translate"].flatMap((step) => named(step, 8));
const releases = named("release", 6);
const users = named("user", 40);
const tags = named("tag", 20);
const tiers = ["free", "pro", "gold", "trial", "partner", "internal"];
const regions = ["eu-west", "eu-north", "us-east", "us-west", "ap-south", "sa-east"];
const vocabulary = words(300);
const closings = vocabulary.slice(0, 24);
const reasons = ["timeout after", "rate limited for", "retried in", "cut off at", "slow by", "queued for"];
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const SPAN_DAYS = 30;

const date = (random: Random, from: number, to: number): string =>
  new Date(START + (from + random.next() * (to - from)) * DAY_MS).toISOString();
const several = <T>(random: Random, items: readonly T[], count: number): T[] => [
  ...new Set(Array.from({ length: count }, () => random.pick(items))),
];

/** Makes random words of four to nine letters, with the letter frequencies of English. */
function words(count: number): string[] {
  const random = createRandom(count);
  const letters =
    "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllluuucccmmmffyywwggppbbvk";
  return Array.from({ length: count }, () =>
    Array.from({ length: 4 + random.below(6) }, () => letters[random.below(letters.length)]).join(""),
  );
}

/** Makes a realistic observation, in which one field in ten is missing. */
export function makeRandomObservation(random: Random, n: number): ObservationCreated {
  const maybe = <T>(make: () => T, chance = 0.9): T | null => (random.is(chance) ? make() : null);
  const startTime = date(random, 0, SPAN_DAYS);
  const latencyMs = Math.round(random.next() * 10_000);
  const text = (words: number, from: readonly string[]): string =>
    Array.from({ length: words }, () => random.pick(from)).join(" ");
  return observationCreatedSource.payload.parse({
    observation: {
      id: `observation-${n}`,
      traceId: `trace-${n >> 2}`,
      type: random.pick(types),
      name: maybe(() => random.pick(steps)),
      level: random.pick(levels),
      statusMessage: maybe(() => `${random.pick(reasons)} ${random.below(10_000)} ms`),
      environment: random.pick(environments),
      release: maybe(() => random.pick(releases)),
      userId: maybe(() => random.pick(users)),
      sessionId: maybe(() => `session-${random.below(1_000)}`, 0.8),
      parentObservationId: maybe(() => `observation-${n - 1}`, 0.8),
      tags: maybe(() => several(random, tags, 1 + random.below(4))),
      model: maybe(() => random.pick(models)),
      startTime,
      endTime: maybe(() => new Date(Date.parse(startTime) + latencyMs).toISOString()),
      usageDetails: {
        input: random.below(4_000),
        output: random.below(1_000),
        input_cached_tokens: random.below(1_000),
      },
      costDetails: maybe(() => ({ input: random.next() / 100, output: random.next() / 100 })),
      metadata: {
        tier: random.pick(tiers),
        region: random.pick(regions),
        score: random.below(100),
        ...(random.is(0.15) ? { flagged: true } : {}),
      },
      input: {
        messages: [
          { role: "system", content: text(20, vocabulary) },
          { role: "user", content: text(15, vocabulary) },
        ],
      },
      output: text(50, closings),
    },
  }) as ObservationCreated;
}

type Kind = (random: Random) => Omit<FilterCondition, "type">;

/** Functions that make conditions, one for each kind. Most conditions are true for about one observation in seven. */
const kinds: readonly Kind[] = [
  (random) => ({ column: "type", operator: "any of", value: [random.pick(types)] }),
  (random) => ({ column: "level", operator: "any of", value: [random.pick(levels)] }),
  (random) => ({
    column: "level",
    operator: "none of",
    value: levels.filter((level) => level !== "ERROR" || random.is(0.5)),
  }),
  (random) => ({ column: "environment", operator: "any of", value: [random.pick(environments)] }),
  (random) => ({ column: "model", operator: "any of", value: several(random, models, 4) }),
  (random) => ({ column: "model", operator: "starts with", value: `${random.pick(models).split("-")[0]}-` }),
  (random) => ({ column: "name", operator: "any of", value: several(random, steps, 5) }),
  (random) => ({ column: "name", operator: "ends with", value: `-${random.below(8)}` }),
  (random) => ({ column: "name", operator: "contains", value: random.pick(steps).split("-")[0]! }),
  (random) => ({ column: "release", operator: "=", value: random.pick(releases) }),
  (random) => ({ column: "userId", operator: "=", value: random.pick(users) }),
  () => ({ column: "sessionId", operator: "is null", value: undefined }),
  (random) => ({ column: "isRootObservation", operator: random.is(0.5) ? "=" : "<>", value: random.is(0.5) }),
  (random) => ({ column: "tags", operator: "any of", value: several(random, tags, 1) }),
  (random) => ({ column: "tags", operator: "all of", value: several(random, tags, 2) }),
  (random) => ({ column: "tags", operator: "none of", value: several(random, tags, 20) }),
  (random) => ({ column: "latency", operator: random.is(0.5) ? ">" : ">=", value: 7.5 + random.next() * 2.5 }),
  (random) => ({ column: "latency", operator: random.is(0.5) ? "<" : "<=", value: random.next() * 2.5 }),
  (random) => ({ column: "totalTokens", operator: ">", value: 4_000 + random.below(1_500) }),
  (random) => ({ column: "totalCost", operator: "<", value: random.next() / 250 }),
  (random) => ({ column: "startTime", operator: random.is(0.5) ? ">" : ">=", value: date(random, 22, SPAN_DAYS) }),
  (random) => ({ column: "startTime", operator: random.is(0.5) ? "<" : "<=", value: date(random, 0, 8) }),
  (random) => ({ column: "metadata", key: "tier", operator: "=", value: random.pick(tiers) }),
  (random) => ({
    column: "metadata",
    key: "region",
    operator: "starts with",
    value: random.pick(regions).split("-")[0]!,
  }),
  (random) => ({ column: "metadata", key: "score", operator: ">", value: 75 + random.below(25) }),
  () => ({ column: "metadata", key: "flagged", operator: "is not null", value: undefined }),
  (random) => ({ column: "usageDetails", key: "input_cached_tokens", operator: "<", value: random.below(300) }),
  (random) => ({ column: "statusMessage", operator: "matches", value: `^${random.pick(reasons)} \\d+ ms$` }),
  (random) => ({ column: "input", operator: "contains", value: random.pick(vocabulary) }),
  (random) => ({ column: "output", operator: "does not contain", value: random.pick(closings) }),
];

/** Makes a filter of 2 to 4 conditions. No two conditions have the same column and key. */
export function makeRandomFilter(random: Random): Filter {
  const isNested = random.is(0.1);
  const count = isNested ? 4 : 2 + random.below(3);
  const conditions = new Map<string, FilterCondition>();
  while (conditions.size < count) {
    const { value, ...rest } = random.pick(kinds)(random);
    const id = `${rest.column} ${rest.key ?? ""}`;
    if (!conditions.has(id))
      conditions.set(id, { type: "condition", ...rest, ...(value === undefined ? {} : { value }) });
  }
  const children: FilterNode[] = [...conditions.values()];
  if (isNested) {
    const nested = children.splice(0, 2);
    children.push({ type: "group", match: random.is(0.5) ? "any" : "none", children: nested });
  }
  return { type: "group", match: "all", children };
}

export type MatchWorkload = { filters: Filter[]; observations: ObservationCreated[] };

/** Makes filters and observations. A smaller workload is a prefix of a larger one. */
export function makeMatchWorkload(seed: number, triggers: number, observations: number): MatchWorkload {
  const [ofFilters, ofObservations] = [createRandom(seed), createRandom(seed + 1)];
  return {
    filters: Array.from({ length: triggers }, () => makeRandomFilter(ofFilters)),
    observations: Array.from({ length: observations }, (_, n) => makeRandomObservation(ofObservations, n)),
  };
}
