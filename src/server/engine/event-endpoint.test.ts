import { describe, expect, test } from "vitest";
import { makeEventIds, EVENT_LIMITS, parseEventRequest } from "./event-endpoint";

const refused = (body: unknown, limits = EVENT_LIMITS) => {
  const result = parseEventRequest(body, limits);
  return result.ok ? "accepted" : `${result.status} ${result.error}`;
};

describe("parseEventRequest", () => {
  test("takes one event or an array, as text, bytes or parsed, and keeps the order of the data's keys", () => {
    const event = {
      name: "a.b",
      data: { z: 1, a: "\u0000\ud800" },
      ts: 1_700_000_000_000,
      id: "x",
      v: "1",
      user: { id: 1 },
    };
    for (const body of [event, [event], JSON.stringify(event), Buffer.from(JSON.stringify([event]))]) {
      expect(parseEventRequest(body)).toEqual({ ok: true, events: [event] });
    }
    const result = parseEventRequest(JSON.stringify(event));
    expect(result.ok && JSON.stringify(result.events[0]?.data)).toBe('{"z":1,"a":"\\u0000\\ud800"}');
  });

  test("drops unknown members, the server's own data and a ts of 0", () => {
    expect(parseEventRequest({ name: "a", data: { _inngest: { x: 1 }, y: 2 }, ts: 0, meta: {}, id: "" })).toEqual({
      ok: true,
      events: [{ name: "a", data: { y: 2 } }],
    });
    expect(parseEventRequest({ name: "a" })).toEqual({ ok: true, events: [{ name: "a", data: {} }] });
  });

  test("takes null as unset, as Inngest does, and the largest name and id", () => {
    const event = { name: "n".repeat(512), id: "i".repeat(512), data: null, ts: null, v: null, user: null };
    expect(parseEventRequest(event)).toEqual({ ok: true, events: [{ name: event.name, id: event.id, data: {} }] });
    expect(parseEventRequest("[]")).toEqual({ ok: true, events: [] });
  });

  test("takes a ts from 1980 up to 2100, the future too", () => {
    for (const ts of [Date.UTC(1980, 0, 1), Date.UTC(2100, 0, 1), Date.now() + 86_400_000]) {
      expect(parseEventRequest({ name: "a", ts })).toEqual({ ok: true, events: [{ name: "a", data: {}, ts }] });
    }
  });

  test.each([
    ["", "400 The body is empty; it must be an event, or an array of events, as JSON"],
    ["name=a&data=b", "400 The body is not JSON"],
    ['"a"', "400 Event 0: must be an object"],
    [{ name: 5 }, "400 Event 0: name must be a text that is not empty"],
    [{ name: "a", id: "x".repeat(513) }, "400 Event 0: id can be 512 characters"],
    [{ name: "a", id: "x\u0000" }, "400 Event 0: id must be a text"],
    [{ name: "a", v: 1 }, "400 Event 0: v must be a text"],
    [{ name: "a", ts: "1700000000000" }, "400 Event 0: ts must be whole milliseconds since 1970"],
    [{ name: "a", ts: -1 }, "400 Event 0: ts must lie between 1980 and 2100, as milliseconds since 1970"],
    [
      { name: "a", ts: Date.UTC(1980, 0, 1) - 1 },
      "400 Event 0: ts must lie between 1980 and 2100, as milliseconds since 1970",
    ],
    [
      { name: "a", ts: Date.UTC(2100, 0, 1) + 1 },
      "400 Event 0: ts must lie between 1980 and 2100, as milliseconds since 1970",
    ],
    ["not json", "400 The body is not JSON"],
    ["null", "400 Event 0: must be an object"],
    ["[[]]", "400 Event 0: must be an object"],
    [{ data: {} }, "400 Event 0: name must be a text that is not empty"],
    [{ name: " ", data: {} }, "400 Event 0: name must be a text that is not empty"],
    [{ name: "a\u0000", data: {} }, "400 Event 0: name must be a text that is not empty"],
    [{ name: "x".repeat(513), data: {} }, "400 Event 0: name can be 512 characters"],
    [[{ name: "ok" }, { name: "InnGest/function.failed" }], "400 Event 1: names that begin with inngest/ are reserved"],
    [{ name: "a", data: [] }, "400 Event 0: data must be an object"],
    [{ name: "a", ts: 1.5 }, "400 Event 0: ts must be whole milliseconds since 1970"],
    [
      { name: "a", ts: Date.UTC(1979, 11, 31) },
      "400 Event 0: ts must lie between 1980 and 2100, as milliseconds since 1970",
    ],
    [
      { name: "a", ts: Date.UTC(2101, 0, 1) },
      "400 Event 0: ts must lie between 1980 and 2100, as milliseconds since 1970",
    ],
    [{ name: "a", id: 5 }, "400 Event 0: id must be a text"],
    [{ name: "a", user: "u" }, "400 Event 0: user must be an object"],
  ])("refuses the whole request for %j", (body, answer) => {
    expect(refused(body)).toBe(answer);
  });

  test("names the exceeded limit", () => {
    const limits = { eventBytesMax: 50, eventsMax: 2, requestBytesMax: 200 };
    expect(
      refused(
        [1, 2, 3].map(() => ({ name: "a" })),
        limits,
      ),
    ).toBe("413 A request can hold 2 events, this one has 3");
    expect(refused({ name: "a", data: { text: "x".repeat(100) } }, limits)).toBe(
      "413 Event 0: an event can be 50 bytes, this one is 131",
    );
    expect(refused({ name: "a", user: { text: "x".repeat(100) } }, limits)).toMatch(
      "413 Event 0: an event can be 50 bytes",
    );
    expect(refused(JSON.stringify({ name: "a", data: { text: "x".repeat(300) } }), limits)).toBe(
      "413 A request can be 200 bytes, this one is 331",
    );
  });
});

describe("eventIds", () => {
  const seed = `1700000000000,${Buffer.from("0123456789").toString("base64")}`;

  test("are the same for the same seed, sort by position, and carry the seed's time", () => {
    const ids = makeEventIds(3, seed, 5);
    expect(ids).toEqual(makeEventIds(3, seed, 99));
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id) && id.startsWith("01HF7YAT00"))).toBe(true);
  });

  test("are random without a seed, and with one that cannot be read", () => {
    const all = [undefined, null, "", "x", "12,short", `-1,${Buffer.alloc(10).toString("base64")}`].map(
      (bad) => makeEventIds(1, bad, 1_700_000_000_000)[0],
    );
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((id) => id?.startsWith("01HF7YAT00"))).toBe(true);
  });
});
