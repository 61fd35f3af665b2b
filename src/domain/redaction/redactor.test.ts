import { describe, expect, it, test } from "vitest";
import fc from "fast-check";
import { observationCreatedSource } from "../event-source/observation-created/index";
import { compileFilter } from "../filter/compile-filter";
import type { FilterCondition } from "../filter/schema";
import { LongNumber } from "../json/long-number";
import { findCardNumbers, findEmails, findSecretKeys, type TextRange } from "./find-values";
import { hashFilterValues } from "./filter-values";
import { getRedactionLayout } from "./redaction-layout";
import { createRedactor, type Redactor } from "./redactor";
import { RedactionRule, RedactionRules } from "./rules";
import { REPLACEMENT_OF_UNSEARCHED_TEXT } from "./walker";

const PLACES = getRedactionLayout(observationCreatedSource);
const hash = (text: string): string => `hash_${[...text].map((char) => char.codePointAt(0)!.toString(36)).join("")}`;
const search = (source: string, text: string): TextRange[] =>
  [...text.matchAll(new RegExp(source, "g"))].map(({ 0: match, index }) => [index, index + match.length]);
const redactorOf = (...rules: unknown[]): Redactor =>
  createRedactor({ rules: RedactionRules.parse(rules), hash, search });
const observationOf = (redactor: Redactor, observation: object): Record<string, unknown> =>
  redactor.redactData({ observation }, PLACES)["observation"] as Record<string, unknown>;
const found = (text: string, ranges: TextRange[]): string[] => ranges.map(([start, end]) => text.slice(start, end));

describe("what the patterns find", () => {
  test.each([
    ["write to alice@example.com.", ["alice@example.com"]],
    ["<Bob.O'Neil+x@mail.example.co.uk>, carol@b.io", ["Bob.O'Neil+x@mail.example.co.uk", "carol@b.io"]],
    ["to=dave@example.com&next=erin%40example.org", ["dave@example.com", "erin%40example.org"]],
    ["jürgen@bücher.example", ["jürgen@bücher.example"]],
    ["react@18.2.0, icon@2x.png, @handle, a@b, x@localhost", []],
  ])("email addresses in %s", (text, emails) => expect(found(text, findEmails(text))).toEqual(emails));

  test.each([
    ["4111 1111 1111 1111 is a card", ["4111 1111 1111 1111"]],
    ["5555-5555-5555-4444, 378282246310005", ["5555-5555-5555-4444", "378282246310005"]],
    ["pan4111111111111111cvc", ["4111111111111111"]],
    ["order 12 4111 1111 1111 1111 2027", ["4111 1111 1111 1111"]],
    ["4111 1111 1111 1112, 1767225600000, 1767225600000000000, 0.4111111111111111, 0000000000000000", []],
  ])("cards in %s", (text, cards) => expect(found(text, findCardNumbers(text))).toEqual(cards));

  test("a text of 200,000 cards", () => {
    expect(findCardNumbers("4111111111111111 ".repeat(200_000))).toHaveLength(200_000);
  });

  test.each([
    [`key sk-proj-${"a1".repeat(20)} end`, [`sk-proj-${"a1".repeat(20)}`]],
    [`sk-ant-api03-${"Z9".repeat(20)}`, [`sk-ant-api03-${"Z9".repeat(20)}`]],
    [`AKIA${"A1".repeat(8)} ghp_${"x".repeat(36)}`, [`AKIA${"A1".repeat(8)}`, `ghp_${"x".repeat(36)}`]],
    [`Authorization: Bearer abc123DEF456ghi`, ["abc123DEF456ghi"]],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xx.sig-na_ture", ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xx.sig-na_ture"]],
    ["a basic understanding of task-oriented disk-based systems", []],
    [
      "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y",
      ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"],
    ],
    ["-----BEGIN PRIVATE KEY-----\nMIIE", ["-----BEGIN PRIVATE KEY-----\nMIIE"]],
    ["-----BEGIN CERTIFICATE-----\nMIIE", []],
  ])("keys in %s", (text, keys) => expect(found(text, findSecretKeys(text))).toEqual(keys));

  test.each([
    "@",
    "a@",
    "a@a.",
    "1",
    "1 ",
    "4 ",
    "sk-",
    "eyJ",
    "eyJ-",
    "Bearer ",
    "-----BEGIN PRIVATE KEY-----",
    "%40",
    "a.a@",
  ])("a text of 300,000 characters of %s takes time by its length, not by its square", (piece) => {
    const text = piece.repeat(Math.ceil(300_000 / piece.length));
    const before = process.cpuUsage();
    for (const find of [findEmails, findCardNumbers, findSecretKeys]) find(text);
    // Each takes some 50 ms. By the square of the length it would take most of a minute, also on a fast processor.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(10_000);
  });
});

describe("rules by pattern", () => {
  const redactor = redactorOf(
    { find: "email", action: "hash" },
    { find: "card", action: "mask" },
    { find: "key", action: "drop" },
    { find: "expression", expression: "CUST-[0-9]+", action: "mask" },
  );

  it("are applied to every text, key and number of an observation, and to the texts of JSON in a text", () => {
    const made = observationOf(redactor, {
      ...{ id: "o-1", name: "mail to a@b.io", tags: ["CUST-77", "x"], startTime: "2026-01-01T00:00:00Z" },
      input: [{ role: "user", content: "pay with 4111 1111 1111 1111" }],
      output: JSON.stringify({ text: "\nd@e.io", "CUST-9": 1 }),
      metadata: { "k@l.io": true, pan: 4111111111111111, long: new LongNumber("4000000000000000006") },
      ...{ inputTokens: 4111111111111111, userId: "k@l.io" },
    });
    expect(made).toEqual({
      ...{ id: "o-1", name: `mail to ${hash("a@b.io")}`, tags: ["[masked]", "x"], startTime: "2026-01-01T00:00:00Z" },
      input: [{ role: "user", content: "pay with [card]" }],
      output: JSON.stringify({ text: `\n${hash("d@e.io")}`, "[masked]": 1 }),
      metadata: { [hash("k@l.io")]: true, pan: "[card]", long: "[card]" },
      ...{ inputTokens: 4111111111111111, userId: hash("k@l.io") },
    });
  });

  it("hash what they find in an id, whatever the rule does, so that ids stay different and still join", () => {
    const masks = redactorOf({ find: "email", action: "mask" }, { find: "card", action: "mask" });
    const made = observationOf(masks, {
      id: "run of a@b.io",
      parentObservationId: "c@d.io",
      traceId: "4111111111111111",
    });
    expect(made).toEqual({
      ...{ id: `run of ${hash("a@b.io")}`, parentObservationId: hash("c@d.io"), traceId: "4111111111111111" },
    });
    expect(masks.redactText("sent by a@b.io")).toBe(`sent by ${hash("a@b.io")}`);
  });

  it("an escape in JSON inside a text hides nothing", () => {
    expect(observationOf(redactor, { id: "o", output: '{"a":"x\\u0040y.io"}' })["output"]).toBe(
      `{"a":"${hash("x@y.io")}"}`,
    );
  });

  it("a text that could not be searched in time is not stored", () => {
    const late = createRedactor({
      ...{ rules: RedactionRules.parse([{ find: "expression", expression: "abc", action: "mask" }]), hash },
      search: () => null,
    });
    expect(observationOf(late, { id: "o", output: "some text" })["output"]).toBe(REPLACEMENT_OF_UNSEARCHED_TEXT);
  });

  it("data in which nothing is found stays the same object", () => {
    const data = { observation: { id: "o", input: { a: [1, "x"] }, output: '{"a": 1}' }, projectId: "p" };
    expect(redactor.redactData(data, PLACES)).toBe(data);
  });

  it("of two rules that find the same value, the first counts, and nothing of the other match is left", () => {
    const both = redactorOf(
      { find: "email", action: "hash" },
      { find: "expression", expression: "user [^ ]+ end", action: "mask" },
    );
    expect(observationOf(both, { id: "o", name: "user a@b.io end" })["name"]).toBe(`[masked]${hash("a@b.io")}[masked]`);
  });

  it("any JSON keeps its shape, and no seeded value is left in it", () => {
    const seeded = fc.constantFrom("z@seed.example", "4111111111111111", "CUST-123456", "x z@seed.example y");
    const text = fc.oneof(
      fc.string(),
      seeded,
      seeded.map((value) => JSON.stringify({ [value]: value })),
    );
    const { value: json } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        text,
        fc.integer(),
        fc.array(tie("value")),
        fc.dictionary(text, tie("value")),
      ),
    }));
    fc.assert(
      fc.property(json, json, (input, other) => {
        const made = redactor.redactData({ observation: { id: "o", input }, other }, PLACES);
        expect(JSON.stringify(made)).not.toMatch(/z@seed|4111111111111111|CUST-123456/);
        expect(redactor.redactData(made, PLACES)).toEqual(made);
      }),
      { numRuns: 500 },
    );
  });
});

describe("rules by path", () => {
  const redactor = redactorOf(
    { find: "path", path: "userId", action: "hash" },
    { find: "path", path: "metadata.customer.name", action: "mask" },
    { find: "path", path: "input.*.content", action: "mask" },
    { find: "path", path: "output", action: "drop" },
    { find: "path", path: "tags", action: "hash" },
    { find: "path", path: "observation.metadata.gen_ai.user", action: "hash" },
  );

  it("follow names, list places, names with dots and JSON in a text", () => {
    const made = observationOf(redactor, {
      ...{ id: "o", userId: "alice", output: { secret: 1 }, tags: ["vip", "eu"] },
      input: [{ role: "user", content: { parts: ["a", 1] } }],
      metadata: { customer: '{"name":"Ann","plan":"pro"}', "gen_ai.user": 42, name: "kept" },
    });
    expect(made).toEqual({
      ...{ id: "o", userId: hash("alice"), tags: [hash("vip"), hash("eu")] },
      input: [{ role: "user", content: { parts: ["[masked]", "[masked]"] } }],
      metadata: { customer: '{"name":"[masked]","plan":"pro"}', "gen_ai.user": hash("42"), name: "kept" },
    });
  });

  it("reach what an OpenTelemetry client's own attributes repeat, and a trace that is named after its root", () => {
    const named = redactorOf(
      { find: "path", path: "userId", action: "hash" },
      { find: "path", path: "name", action: "mask" },
      { find: "path", path: "input.card", action: "drop" },
    );
    const metadata = {
      attributes: { "user.id": "alice", both: "alice and bob", "input.value": '{"card":"12-34","x":1}', n: 7 },
      alice: "alice",
    };
    const made = observationOf(named, {
      ...{ id: "o", name: "Ann", traceName: "Ann", userId: "alice", input: { card: "12-34", n: 7 }, metadata },
    });
    expect(made).toEqual({
      ...{ id: "o", name: "[masked]", traceName: "[masked]", userId: hash("alice"), input: { n: 7 } },
      metadata: {
        attributes: {
          ...{ "user.id": hash("alice"), both: `${hash("alice")} and bob` },
          ...{ "input.value": '{"card":"","x":1}', n: 7 },
        },
        alice: "alice",
      },
    });
  });

  it("reach the fields of a patch", () => {
    const named = redactorOf(
      { find: "path", path: "userId", action: "hash" },
      { find: "path", path: "name", action: "mask" },
    );
    const data = {
      patch: { id: "o", isCreate: true, timestampMs: 1, fields: { userId: "alice", name: "n" } },
    };
    expect(named.redactData(data, PLACES, "patch")).toEqual({
      patch: { id: "o", isCreate: true, timestampMs: 1, fields: { userId: hash("alice"), name: "[masked]" } },
    });
  });

  it("apply at every depth of data that is no observation, as rejected events keep it", () => {
    const data = { event: { body: { userId: "alice", input: [{ content: "x" }] } }, userId: "alice" };
    expect(redactor.redactData(data, PLACES, "refused")).toEqual({
      event: { body: { userId: hash("alice"), input: [{ content: "[masked]" }] } },
      userId: hash("alice"),
    });
    expect(redactor.redactData({ observation: [{ userId: "alice" }] }, PLACES)).toEqual({
      observation: [{ userId: hash("alice") }],
    });
  });

  test.each([
    ["id", "is an id"],
    ["startTime", "is an id"],
    ["usageDetails.input", "is an id"],
    ["*.name", "first step"],
    ["a..b", "single dots"],
    ["", "Give the place"],
  ])("the path %j is refused", (path, words) => {
    const result = RedactionRule.safeParse({ find: "path", path, action: "mask" });
    expect(result.error?.issues[0]?.message).toContain(words);
  });

  test.each([
    ["(", "The regular expression"],
    ["a*", "empty text"],
    [".{0,40}", "empty text"],
    ["a.{100}b", "steps"],
  ])("the expression %s is refused", (expression, words) => {
    const result = RedactionRule.safeParse({ find: "expression", expression, action: "mask" });
    expect(result.error?.issues[0]?.message).toContain(words);
  });
});

describe("filters on hashed values", () => {
  const redactor = redactorOf(
    { find: "path", path: "userId", action: "hash" },
    { find: "path", path: "metadata.name", action: "mask" },
    { find: "email", action: "hash" },
  );
  const stored = {
    observation: observationOf(redactor, {
      ...{
        id: "o",
        level: "DEFAULT",
        environment: "default",
        userId: "alice",
        name: "mail a@b.io",
        tags: ["a@b.io", "x"],
      },
      metadata: { name: "Ann", mail: "a@b.io" },
    }),
  };
  const matches = (condition: Omit<FilterCondition, "type">): boolean => {
    const filter = {
      type: "group" as const,
      match: "all" as const,
      children: [{ type: "condition" as const, ...condition }],
    };
    return compileFilter(
      observationCreatedSource,
      hashFilterValues(filter, observationCreatedSource, redactor),
    ).evaluate(stored).matched;
  };

  test.each([
    ["userId", { operator: "=", value: "alice" }, true],
    ["userId", { operator: "=", value: "bob" }, false],
    ["name", { operator: "any of", value: ["other", "mail a@b.io"] }, true],
    ["name", { operator: "none of", value: ["mail a@b.io"] }, false],
    ["tags", { operator: "all of", value: ["a@b.io", "x"] }, true],
    ["metadata", { key: "mail", operator: "=", value: "a@b.io" }, true],
    ["metadata", { key: "name", operator: "=", value: "Ann" }, false],
    ["environment", { operator: "any of", value: ["default"] }, true],
  ] as const)("%s %j", (column, condition, expected) => {
    expect(matches({ column, ...(condition as unknown as Omit<FilterCondition, "type" | "column">) })).toBe(expected);
  });
});
