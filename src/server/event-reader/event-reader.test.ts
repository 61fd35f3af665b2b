import { afterAll, expect, test } from "vitest";
import { log } from "@/server/log";
import { createEventReader } from "./event-reader";
import { readBodyOfProtocol, type BodyReadTask } from "./read-body-of-protocol";
import { readEventRequest, type EventRequestInput } from "./read-event-request";

const reader = createEventReader(log.child({}, { level: "silent" }));
afterAll(() => reader.close());

const input: EventRequestInput = {
  sender: { projectId: "prj_1", keyId: "key_1", depth: 0 },
  seed: `1700000000000,${Buffer.alloc(10, 7).toString("base64")}`,
  redaction: null,
  stampKey: "stamp key of the test",
  receivedMicros: 1,
  now: new Date("2026-01-01T00:00:00Z"),
};
const task = (body: Uint8Array, containersMax = 1_000): BodyReadTask<"events"> => ({
  ...{ protocol: "events", body, input, containersMax },
});
const event = (id: string, output: string) => ({ name: "observation.created", data: { observation: { id, output } } });
const isBusy = () => false;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Counts the turns of the event loop while `work` runs. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work;
  isOver = true;
  return turns;
}

test("a thread reads a large body while the event loop turns, with the same result as the event loop", async () => {
  const large = bytes(
    JSON.stringify(Array.from({ length: 6 }, (_, n) => event(`obs-${n}`, "text \u0000 ".repeat(50_000)))),
  );
  expect(large.byteLength).toBeGreaterThan(1_048_576);
  const moved = new Uint8Array(large);
  const reading = reader.read(task(moved), isBusy);
  expect(await turnsDuring(reading)).toBeGreaterThan(1);
  expect(moved.byteLength).toBe(0);
  expect(await reading).toEqual(await readBodyOfProtocol(task(large), isBusy));
  expect(await turnsDuring(reader.read(task(bytes(JSON.stringify(event("small", "text")))), isBusy))).toBe(0);
});

test.each([
  ["no JSON", `[${" ".repeat(1_100_000)}nope]`, 400, "A value is missing before nope"],
  [
    "an unknown event source",
    JSON.stringify([{ name: "other", data: { x: "x".repeat(1_100_000) } }]),
    400,
    "event source",
  ],
  [
    "nested too deeply",
    `{"name":"observation.created","data":{"a":${"[".repeat(600_000)}${"]".repeat(600_000)}}}`,
    413,
    "lists",
  ],
  ["more objects and lists than it may hold", `[${"{},".repeat(500_000)}{}]`, 413, "500002 objects and lists"],
])("a large body that is %s is refused with the reason", async (_what, text, status, words) => {
  const read = await reader.read(task(bytes(text)), isBusy);
  expect(read).toMatchObject({ ok: false, status, error: expect.stringContaining(words) });
});

test("a large body that is nested too deeply for the thread is refused, and the thread lives", async () => {
  const deep = bytes(`{"name":"observation.created","data":{"a":${"[".repeat(600_000)}${"]".repeat(600_000)}}}`);
  const read = await reader.read(task(deep, 10_000_000), isBusy);
  expect(read).toMatchObject({ ok: false, status: 400, error: expect.stringContaining("nested") });
  expect(await reader.read(task(bytes(JSON.stringify(event("a", "x".repeat(1_100_000))))), isBusy)).toMatchObject({
    ok: true,
  });
});

test("events over 256 KiB are marked, so that they have places of their own", () => {
  const read = readEventRequest(
    bytes(JSON.stringify([event("small", "x"), event("large", "x".repeat(300_000))])),
    input,
    isBusy,
  );
  const stamps = read.ok && read.events.map(({ json }) => (JSON.parse(json) as { stamp: object }).stamp);
  expect(stamps).toMatchObject([expect.not.objectContaining({ large: true }), { large: true }]);
});
