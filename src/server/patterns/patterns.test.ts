import { afterEach, describe, expect, test } from "vitest";
import { compileRegex, type Elsewhere } from "@/domain/filter/regex";
import { log } from "@/server/log";
import { createPatterns, type PatternBudgets, type Patterns } from "./patterns";

const silent = log.child({}, { level: "silent" });
const plenty = { atOnceMs: 60_000, aSecondMs: 60_000 };
/** The first evaluation spends all of it. */
const scant = { atOnceMs: 0.000_001, aSecondMs: 1 };
const events = { projectId: "prj_1", purpose: "events" } as const;
const long = (end: string): string => "a".repeat(60_000) + end;
const slow = "(?:a|b).{0,40}[xyz]$";

let open: Patterns[] = [];
afterEach(async () => {
  await Promise.all(open.map((patterns) => patterns.close()));
  open = [];
});

function start(budgets: Partial<PatternBudgets> = {}) {
  let now = 0;
  const patterns = createPatterns(silent, {
    budgets: { pattern: plenty, project: plenty, waitMs: 600_000, ...budgets },
    now: () => now,
  });
  open.push(patterns);
  return { patterns, pass: (ms: number) => (now += ms) };
}
const matches = (source: string, text: string) => (elsewhere: Elsewhere) =>
  compileRegex(source).pattern!.test(text, elsewhere);

describe("a regular expression over a long text", () => {
  test.each([
    [slow, long("x"), true],
    [slow, long("w"), false],
    ["needle$", long("needle"), true],
    ["^b", long("b"), false],
  ])("%s is answered by another thread as it would be here", async (source, text, holds) => {
    const { patterns } = start();
    expect(await patterns.settle(events, matches(source, text))).toBe(holds);
    expect(compileRegex(source).pattern!.test(text)).toBe(holds);
  });

  test("is evaluated once, however often and by whom it is asked, also where one answer leads to the next question", async () => {
    const { patterns } = start();
    let asked = 0;
    const answers = await patterns.prepare(events, (elsewhere) => {
      asked += 1;
      if (matches("x$", long("x"))(elsewhere) && matches("x$", long("x"))(elsewhere))
        matches("y$", long("y"))(elsewhere);
    });
    expect(asked).toBe(3);
    expect(["x", "y"].map((end) => matches(`${end}$`, long(end))(answers.strict))).toEqual([true, true]);
  });

  test("a short text never leaves the thread", async () => {
    const { patterns } = start({ project: { atOnceMs: 0, aSecondMs: 0 } });
    expect(await patterns.settle(events, matches(slow, "bax"))).toBe(true);
  });
});

describe("the budget of time", () => {
  test("of an expression ends with it, and others go on; it fills up again", async () => {
    const { patterns, pass } = start({ pattern: scant });
    expect(await patterns.settle(events, matches("x$", long("x")))).toBe(true);
    await expect(patterns.settle(events, matches("x$", long("x")))).rejects.toThrow(
      "The regular expression x$ has used up its time.",
    );
    expect(await patterns.settle(events, matches("y$", long("y")))).toBe(true);
    pass(60_000_000);
    expect(await patterns.settle(events, matches("x$", long("x")))).toBe(true);
  });

  test("of a project ends for all of its expressions, and for no other project or purpose", async () => {
    const { patterns } = start({ project: scant });
    expect(await patterns.settle(events, matches("x$", long("x")))).toBe(true);
    await expect(patterns.settle(events, matches("y$", long("y")))).rejects.toThrow(
      "The regular expression y$ has used up its time.",
    );
    expect(await patterns.settle({ projectId: "prj_2", purpose: "events" }, matches("y$", long("y")))).toBe(true);
    expect(await patterns.settle({ projectId: "prj_1", purpose: "people" }, matches("y$", long("y")))).toBe(true);
  });

  test("what there was no time for is told by its expression, or taken as assumed", async () => {
    const { patterns } = start({ pattern: { atOnceMs: 0, aSecondMs: 0 } });
    const ask = matches("x$", long("x"));
    const answers = await patterns.prepare(events, ask);
    const unsure = new Set<string>();
    expect(ask(answers.noting(unsure))).toBe(false);
    expect([...unsure]).toEqual(["x$"]);
    expect(ask(answers.assuming(new Map([["x$", true]])))).toBe(true);
    expect(() => ask(answers.assuming(new Map()))).toThrow("x$");
    expect(() => ask(answers.strict)).toThrow("x$");
  });
});

test("a project that asks much does not keep another waiting for all of it", async () => {
  const { patterns } = start();
  const done: string[] = [];
  const many = patterns.prepare(events, (elsewhere) => {
    for (let n = 0; n < 300; n++) matches("x$", long(String(n)))(elsewhere);
  });
  const one = patterns.settle({ projectId: "prj_2", purpose: "events" }, matches("x$", long("x")));
  await Promise.all([many.then(() => done.push("many")), one.then(() => done.push("one"))]);
  expect(done).toEqual(["one", "many"]);
});

test("after its end nothing is left waiting", async () => {
  const { patterns } = start();
  const pending = patterns.settle(events, matches(slow, long("x")));
  await patterns.close();
  await expect(pending).rejects.toThrow("has used up its time");
});
