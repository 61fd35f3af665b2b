import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { compileRegex, isRegexCompiled, testRegex, type RegexResultLookup } from "@/domain/filter/regex";
import type { Filter } from "@/domain/filter/schema";
import { log } from "@/server/log";
import {
  createComputeThreads,
  type ComputeThreads,
  type ComputeBudgets,
  type ComputeOwner,
  type FilterResultOfState,
} from "./compute";
import type { ThreadLimits } from "./thread-queue";

const silent = log.child({}, { level: "silent" });
const plenty = { atOnceMs: 600_000, aSecondMs: 60_000 };
/** A budget that the first task spends completely. */
const scant = { atOnceMs: 0.000_001, aSecondMs: 1 };
const none = { atOnceMs: 0, aSecondMs: 0 };
const of = (projectId: string, purpose: ComputeOwner["purpose"] = "events"): ComputeOwner => ({ projectId, purpose });
const events = of("prj_1");
const long = (end: string): string => "a".repeat(60_000) + end;
const slow = "(?:a|b).{0,40}[xyz]$";

let open: ComputeThreads[] = [];
afterEach(async () => {
  await Promise.all(open.map((compute) => compute.close()));
  open = [];
});

function start(budgets: Partial<ComputeBudgets> = {}, limits: Partial<ThreadLimits> = {}) {
  let now = 0;
  const compute = createComputeThreads(silent, {
    budgets: { subject: plenty, project: plenty, waitMs: 600_000, ...budgets },
    limits: { hardStopMs: 120_000, ...limits },
    now: () => now,
  });
  open.push(compute);
  return { compute, pass: (ms: number) => (now += ms) };
}

const matches = (source: string, text: string) => (lookup: RegexResultLookup) => testRegex(source, text, lookup);
/** Returns the answer of `ask`, or the expressions that had no time left. */
async function settle(compute: ComputeThreads, owner: ComputeOwner, ask: (lookup: RegexResultLookup) => boolean) {
  const results = await compute.evaluateRegexes(owner, ask);
  const missing = new Set<string>();
  const answer = ask(results.orNoMatch(missing));
  return missing.size === 0 ? answer : [...missing];
}

const condition = (value: string, column = "input") => ({
  type: "condition" as const,
  column,
  operator: "matches" as const,
  value,
});
const anyOf = (...values: string[]): Filter => ({
  type: "group",
  match: "any",
  children: values.map((value) => condition(value)),
});
const state = (id: string, input: string): string =>
  JSON.stringify({ observation: { id, traceId: `of ${id}`, input } });
const filterOf = (filter: Filter, ...states: string[]) => ({ eventSource: "observation.created", filter, states });
/** Text without a pattern, so that the regular expressions do not reuse earlier answers. */
function noise(length: number): string {
  let seed = 1;
  return Array.from({ length }, () => "ab "[(seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 3]).join("");
}
/** More than a second of regular expressions. Only its end after that second stops it. */
const endless = filterOf(
  anyOf(...Array.from({ length: 90 }, (_, n) => `(?:\\ba|\\Bb).{0,${30 + n}}[xyz]`)),
  state("endless", noise(65_000)),
);
async function collect(found: AsyncIterable<FilterResultOfState>): Promise<FilterResultOfState[]> {
  const results: FilterResultOfState[] = [];
  for await (const result of found) results.push(result);
  return results;
}
const envelope = (n: number): string => JSON.stringify({ data: { n, list: Array.from({ length: 2_000 }, () => n) } });
const template = "{% for i in list %}{% assign x = i | plus: 1 %}{% endfor %}{{ n }}";
const render = (
  compute: ComputeThreads,
  { owner, count, text = template }: { owner: ComputeOwner; count: number; text?: string },
) =>
  compute.render(owner, {
    actionId: "act_1",
    template: text,
    envelopes: Array.from({ length: count }, (_, n) => envelope(n)),
  });

describe("a regular expression over a long text", () => {
  test.each([
    [slow, long("x"), true],
    [slow, long("w"), false],
    ["needle$", long("needle"), true],
    ["^b", long("b"), false],
  ])("%s is answered by another thread as it would be here", async (source, text, holds) => {
    const { compute } = start();
    expect(await settle(compute, events, matches(source, text))).toBe(holds);
    expect(compileRegex(source).pattern!.test(text)).toBe(holds);
  });

  test("is evaluated once for all conditions that ask, even if one result leads to the next condition", async () => {
    const { compute } = start();
    let asked = 0;
    const ask = (lookup: RegexResultLookup): boolean => {
      asked += 1;
      return matches("x$", long("x"))(lookup) && matches("x$", long("x"))(lookup) && matches("y$", long("y"))(lookup);
    };
    await compute.evaluateRegexes(events, ask);
    expect(asked).toBe(3);
  });

  test("a short text is evaluated in the calling thread", async () => {
    const { compute } = start({ project: none });
    expect(await settle(compute, events, matches(slow, "bax"))).toBe(true);
  });
});

test("thousands of new expressions, or of expressions over one text, take many turns of the event loop", async () => {
  const { compute } = start();
  const sources = Array.from({ length: 3_000 }, (_, n) => `new ${n} (?:timeout|refused) in [a-z]+-${n}\\b`);
  const text = "new 7 refused in db-7 ".repeat(20);
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    timer = setImmediate(turn);
  };
  let timer = setImmediate(turn);
  const ask = (lookup: RegexResultLookup): boolean[] => sources.map((source) => testRegex(source, text, lookup));
  const results = await compute.evaluateRegexes(events, ask);
  clearImmediate(timer);
  expect(turns).toBeGreaterThan(5);
  expect(sources.every(isRegexCompiled)).toBe(true);
  const missing = new Set<string>();
  expect(ask(results.orNoMatch(missing)).flatMap((holds, n) => (holds ? [n] : []))).toEqual([7]);
  expect([...missing]).toEqual([]);
});

describe("the budget of time", () => {
  test("of an expression stops this expression alone, and fills up again", async () => {
    const { compute, pass } = start({ subject: scant });
    expect(await settle(compute, events, matches("x$", long("x")))).toBe(true);
    expect(await settle(compute, events, matches("x$", long("x")))).toEqual(["x$"]);
    expect(await settle(compute, events, matches("y$", long("y")))).toBe(true);
    pass(60_000_000);
    expect(await settle(compute, events, matches("x$", long("x")))).toBe(true);
  });

  test("of a project stops all its work for one purpose, and no other project or purpose", async () => {
    const { compute } = start({ project: scant });
    expect(await settle(compute, events, matches("x$", long("x")))).toBe(true);
    expect(await settle(compute, events, matches("y$", long("y")))).toEqual(["y$"]);
    expect(await settle(compute, of("prj_2"), matches("y$", long("y")))).toBe(true);
    expect(await render(compute, { owner: of("prj_1", "deliveries"), count: 1 })).toEqual([{ ok: true, body: "0" }]);
    expect(await render(compute, { owner: of("prj_1", "deliveries"), count: 1 })).toEqual(["later"]);
    expect(await render(compute, { owner: of("prj_2", "deliveries"), count: 1 })).toEqual([{ ok: true, body: "0" }]);
  });

  test("an expression without a result counts as no match and is named, or is taken as assumed", async () => {
    const { compute } = start({ subject: none });
    const ask = matches("x$", long("x"));
    const results = await compute.evaluateRegexes(events, ask);
    const missing = new Set<string>();
    expect(ask(results.orNoMatch(missing))).toBe(false);
    expect([...missing]).toEqual(["x$"]);
    expect(ask(results.orAssumed(new Map([["x$", true]])))).toBe(true);
    expect(() => ask(results.orAssumed(new Map()))).toThrow("The regular expression x$ has used up its time.");
  });
});

describe("many templates and states", () => {
  test("are answered in their order, over several turns", async () => {
    const { compute } = start({}, { sliceMs: 1 });
    const bodies = await render(compute, { owner: of("prj_1", "deliveries"), count: 100 });
    expect(bodies).toEqual(Array.from({ length: 100 }, (_, n) => ({ ok: true, body: String(n) })));

    const states = Array.from({ length: 100 }, (_, n) => state(`obs-${n}`, n % 3 === 0 ? "hit" : "miss"));
    const found = await collect(compute.filter(of("prj_1", "people"), filterOf(anyOf("^hit$"), ...states)));
    expect(found.map(({ result }) => result.matched)).toEqual(states.map((_, n) => n % 3 === 0));
    expect(found.map(({ links }) => links.traceId)).toEqual(states.map((_, n) => `of obs-${n}`));
  });

  test("a template that fails says at which line, and others are rendered", async () => {
    const { compute } = start();
    const owner = of("prj_1", "deliveries");
    const text = "{% if n == 1 %}\n{{ n | date: '%Y' | json }}{{ n }}{% else %}{{ n }}{% endif %}";
    const [zero, one, two] = await render(compute, { owner, count: 3, text });
    expect([zero, two]).toEqual([
      { ok: true, body: "0" },
      { ok: true, body: "2" },
    ]);
    expect(one).toMatchObject({ ok: false, line: 2 });
  });

  test("a state over which expressions take too long names the expression", async () => {
    const { compute } = start();
    await expect(collect(compute.filter(of("prj_1", "people"), endless))).rejects.toThrow(
      /^The regular expression \(\?:.* has used up its time\./,
    );
  });

  test("end once their caller has left, and leave no work behind", async () => {
    const { compute } = start({}, { sliceMs: 1 });
    const leaving = new AbortController();
    const states = Array.from({ length: 5_000 }, (_, n) => state(`obs-${n}`, "hit"));
    const seen: FilterResultOfState[] = [];
    const looking = (async () => {
      for await (const result of compute.filter(
        of("prj_1", "people"),
        filterOf(anyOf("hit"), ...states),
        leaving.signal,
      )) {
        seen.push(result);
        leaving.abort(new Error("left"));
      }
    })();
    await expect(looking).rejects.toThrow("left");
    expect(seen.length).toBeLessThan(states.length);
    expect(await settle(compute, of("prj_1", "people"), matches("x$", long("x")))).toBe(true);
  });
});

describe("fairness", () => {
  test("a project with much work does not hold up another project", async () => {
    const { compute } = start();
    const done: string[] = [];
    const flood = render(compute, { owner: of("prj_1", "deliveries"), count: 300 }).then(() => done.push("flood"));
    const others = [2, 3, 4].map(async (n) => {
      await render(compute, { owner: of(`prj_${n}`, "deliveries"), count: 1 });
      done.push(`prj_${n}`);
    });
    await Promise.all([flood, ...others]);
    expect(done).toEqual(["prj_2", "prj_3", "prj_4", "flood"]);
  });

  test("work for people has a thread of its own", async () => {
    const { compute } = start();
    const done: string[] = [];
    const looking = collect(compute.filter(of("prj_1", "people"), endless)).catch(() => done.push("preview"));
    const delivering = render(compute, { owner: of("prj_1", "deliveries"), count: 1 }).then(() =>
      done.push("delivery"),
    );
    await Promise.all([looking, delivering]);
    expect(done).toEqual(["delivery", "preview"]);
  });
});

/** The steps of `nice` of each thread of this process, above those of the process itself. */
const nicenessOfThreads = (): number[] =>
  readdirSync("/proc/self/task").map((thread) => {
    const afterName = readFileSync(`/proc/self/task/${thread}/stat`, "utf8").split(") ").at(-1)!;
    return Number(afterName.split(" ")[16]) - getPriority();
  });

test.runIf(process.platform === "linux")("work for people runs at a lower priority than the program", async () => {
  const { compute } = start();
  await settle(compute, of("prj_1"), matches(slow, long("z")));
  expect(new Set(nicenessOfThreads())).toEqual(new Set([0]));
  await settle(compute, of("prj_1", "people"), matches(slow, long("z")));
  expect(nicenessOfThreads().filter((niceness) => niceness > 0)).toEqual([10]);
});

describe("a thread that is ended", () => {
  test("because of a task fails that task alone, with a reason; all others are answered", async () => {
    // The hard stop comes before the time for one state, 1 s, which would fail the guilty task in another way.
    const { compute } = start({}, { hardStopMs: 900 });
    const people = of("prj_1", "people");
    // The thread starts here, and runs its code for the first time. Only later tasks must stay below the hard stop.
    await render(compute, { owner: people, count: 1 });
    const guilty = collect(compute.filter(people, endless));
    const innocent = [
      settle(compute, people, matches("x$", long("x"))),
      settle(compute, of("prj_2", "people"), matches("y$", long("y"))),
      render(compute, { owner: of("prj_3", "jobs"), count: 3 }).then((bodies) => bodies.length),
    ];
    await expect(guilty).rejects.toThrow("used up their time");
    expect(await Promise.all(innocent)).toEqual([true, true, 3]);
    expect(await render(compute, { owner: people, count: 1 })).toEqual([{ ok: true, body: "0" }]);
  });

  test("at the end of the program answers every waiting task", async () => {
    const { compute } = start();
    const pending = settle(compute, events, matches(slow, long("x")));
    await compute.close();
    expect(await pending).toEqual([slow]);
    expect(await render(compute, { owner: events, count: 1 })).toEqual(["later"]);
  });
});
