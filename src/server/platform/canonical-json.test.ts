import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readStampedEvent } from "@/server/services/read-stamped-event";
import { writeCanonicalJson } from "./canonical-json";

test("writes keys in order at every level, and numbers and strings as RFC 8785 does", () => {
  const value = { b: [{ z: 1e21, a: -0 }], "\u20ac": "\u000f\n", A: null, left: undefined };
  expect(writeCanonicalJson(value)).toBe('{"A":null,"b":[{"a":0,"z":1e+21}],"€":"\\u000f\\n"}');
});

test("an event that came past the endpoint is refused, and has an id by its content, whatever its text holds", () => {
  const data = { projectId: "prj_x", text: "\ud800" };
  const opened = readStampedEvent({
    id: "e",
    name: "observation.created",
    ts: 1,
    data,
    stampKey: "key",
    trustEvents: false,
    batch: { receivedMicros: 1, place: 0 },
  });
  const text = '{"data":{"projectId":"prj_x","text":"\\ud800"},"id":"e","name":"observation.created","ts":1}';
  expect(opened.ok).toBe(false);
  expect(opened.event.id).toBe(createHash("sha256").update(text).digest("base64url").slice(0, 26));
});
