import fc from "fast-check";
import { expect, test } from "vitest";
import {
  changeUrlParams,
  booleanParam,
  makeListParam,
  makeOneOfParam,
  readUrlParams,
  searchParam,
  textParam,
  timeParam,
  makeUrlReader,
  makeUrlWriter,
} from "./url-params";

const params = {
  q: textParam.withDefault(""),
  run: textParam,
  sort: makeOneOfParam(["newest", "name"]).withDefault("newest"),
  state: makeOneOfParam(["on", "off"]),
  codes: makeListParam(textParam).withDefault([]),
  isNew: booleanParam.withDefault(false),
  until: timeParam,
};
const none = { q: "", run: null, sort: "newest", state: null, codes: [], isNew: false, until: null };

test("a search is cut to the length that the API takes, so that the list of a pasted document loads", () => {
  const pasted = "x".repeat(1_000_000);
  expect(readUrlParams({ q: searchParam }, `?q=${pasted}`).q).toHaveLength(200);
});

test("each item of a list comes back as it was, also with a comma, a percent sign or their escaped forms", () => {
  const codes = ["a,b", "100 %", "%2C", "%252C", "%", ",", "ä%E0"];
  const url = makeUrlWriter(params)("/list", { codes });
  expect(readUrlParams(params, url.slice("/list".length)).codes).toEqual(codes);
});

test("a URL without parameters, or with texts that no parameter can have, gives the default values", () => {
  expect(readUrlParams(params, "")).toEqual(none);
  expect(readUrlParams(params, "?sort=oldest&state=&until=soon&isNew=yes&constructor=1")).toEqual(none);
});

test("a query string and Next.js give the same values, and of a repeated parameter the first one counts", () => {
  const read = makeUrlReader(params);
  const values = { ...none, q: "a", codes: ["404", "5xx"] };
  expect(read({ q: ["a", "b"], codes: "404,5xx" })).toEqual(values);
  expect(read("?q=a&q=b&codes=404,5xx")).toEqual(values);
});

test("every value is read back from the URL that holds it", () => {
  const write = makeUrlWriter(params);
  const text = fc.string({ unit: "grapheme", minLength: 1 });
  fc.assert(
    fc.property(
      fc.record({
        q: fc.string(),
        run: fc.option(text),
        sort: fc.constantFrom("newest", "name"),
        state: fc.option(fc.constantFrom("on", "off")),
        codes: fc.array(
          text.filter((each) => !each.includes("%2C")),
          { minLength: 1 },
        ),
        isNew: fc.boolean(),
        until: fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01T00:00:00Z") })),
      }),
      (values) => {
        const url = new URL(write("/list", values as never), "http://localhost");
        expect(url.pathname).toBe("/list");
        expect(readUrlParams(params, url.search)).toEqual(values);
      },
    ),
  );
});

test("a change keeps other parameters, and removes what is null or the default value", () => {
  const search = "q=chat&sort=name&tab=why";
  expect(changeUrlParams(params, search, { sort: "newest", state: "on" })).toBe("?q=chat&tab=why&state=on");
  expect(changeUrlParams(params, search, { q: null, sort: null })).toBe("?tab=why");
  expect(changeUrlParams(params, "q=chat", { q: "" })).toBe("");
});

test("people can read lists and times in a URL", () => {
  const write = makeUrlWriter(params);
  expect(write("/list", { codes: ["404", "5xx"], until: new Date("2026-01-02T03:04:05.000Z") })).toBe(
    "/list?codes=404,5xx&until=2026-01-02T03:04:05.000Z",
  );
  expect(write("/list", {})).toBe("/list");
});
