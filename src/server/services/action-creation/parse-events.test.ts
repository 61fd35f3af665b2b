import { expect, test } from "vitest";
import { observationCreatedSource } from "@/domain/event-source/observation-created";
import type { BatchEvent } from "../batch-event";
import { parseEvents } from "./parse-events";

const now = new Date("2026-02-01T12:00:00Z");
const event = (id: string): BatchEvent => ({
  id: "evt",
  name: "observation.created",
  ts: now.getTime(),
  data: { observation: { id } },
  keyId: null,
  depth: 0,
  sanitized: false,
  receivedMicros: 0,
  place: 0,
});

test.each([".", ".."])("an id that URLs read as a folder is rejected with a reason: %s", (id) => {
  const { parsed, rejected } = parseEvents(observationCreatedSource, [event(id)], now);
  expect(parsed).toEqual([]);
  expect(rejected).toMatchObject([{ reason: expect.stringContaining("cannot be part of a URL") }]);
});

test.each(["...", "a.", ".a", "/", "//", "%2F", "日本", "a b", "?#&", "x".repeat(500)])(
  "an id that a URL can carry is taken: %s",
  (id) => {
    const { parsed } = parseEvents(observationCreatedSource, [event(id)], now);
    expect(parsed.map(({ sourceId }) => sourceId)).toEqual([id]);
    const path = new URL(`/observations/${encodeURIComponent(id)}`, "https://example.com").pathname;
    expect(decodeURIComponent(path.slice("/observations/".length))).toBe(id);
  },
);
