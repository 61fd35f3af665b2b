import { expect, test } from "vitest";
import { BytesInFlight, createBodyBudgets, heapBytesOf, WeightGate } from "./bytes-in-flight";
import { AppError } from "./errors";
import { withBody } from "./request-body";

const MIB = 1_048_576;
const project = (name: string) => [{ name, label: "This project", share: 1 / 2 }];
const refusal = (code: string) => expect.objectContaining({ code, retryAfterSeconds: 1 }) as Error;

test("a project that holds its share is refused, another one is not, and a full process refuses both", () => {
  const budget = new BytesInFlight(100);
  budget.reserve(project("a"), 50);
  expect(() => budget.reserve(project("a"), 1)).toThrow(refusal("TOO_MANY_REQUESTS"));
  const b = budget.reserve(project("b"), 50);
  expect(() => budget.reserve(project("c"), 1)).toThrow(refusal("UNAVAILABLE"));
  b.release();
  budget.reserve(project("c"), 50);
});

test("one large body is taken where its project holds nothing else, beyond its share", () => {
  const budget = new BytesInFlight(100);
  const large = budget.reserve(project("a"), 80);
  expect(() => budget.reserve(project("a"), 1)).toThrow(refusal("TOO_MANY_REQUESTS"));
  large.release();
  large.release();
  expect([budget.total, budget.owners]).toEqual([0, 0]);
});

test("a body whose length nobody announced counts as it comes, and is refused where there is no more room", async () => {
  const budget = new BytesInFlight(3 * MIB);
  const held = budget.reserve(project("b"), MIB);
  let sent = 0;
  const request = new Request("http://localhost/e/key", {
    method: "POST",
    duplex: "half",
    body: new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(MIB));
      },
    }),
  } as RequestInit);
  const options = { budget, owners: project("a"), bytesMax: 32 * MIB, withinMs: 10_000 };
  await expect(withBody(request, options, async () => undefined)).rejects.toEqual(refusal("UNAVAILABLE"));
  expect(sent).toBeLessThan(6);
  expect(budget.total).toBe(MIB);
  held.release();
});

test("a body that was announced is refused before a byte of it is read", async () => {
  const budget = new BytesInFlight(10);
  budget.reserve(project("a"), 5);
  let isRead = false;
  const body = new ReadableStream({ pull: () => void (isRead = true) }, { highWaterMark: 0 });
  const request = new Request("http://localhost/e/key", {
    method: "POST",
    headers: { "content-length": "5" },
    duplex: "half",
    body,
  } as RequestInit);
  const options = { budget, owners: project("a"), bytesMax: 100, withinMs: 10_000 };
  await expect(withBody(request, options, async () => undefined)).rejects.toEqual(refusal("TOO_MANY_REQUESTS"));
  expect(isRead).toBe(false);
});

test("bytes are given back whatever becomes of a request: done, failed, late, or its sender gone", async () => {
  const budget = new BytesInFlight(100);
  const options = { budget, owners: project("a"), bytesMax: 100, withinMs: 20 };
  const post = (body: BodyInit) =>
    new Request("http://localhost/", { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await withBody(post("hello"), options, async (body) => Buffer.from(body).toString())).toBe("hello");
  await expect(withBody(post("hello"), options, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const never = new ReadableStream({ pull: () => new Promise(() => undefined) });
  await expect(withBody(post(never), options, async () => 1)).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
  const gone = new ReadableStream({ pull: (controller) => controller.error(new Error("aborted")) });
  await expect(withBody(post(gone), options, async () => 1)).rejects.toMatchObject({ code: "ABORTED" });
  expect(budget.total).toBe(0);
});

test("heavy work waits for its turn in order, alone where it is too heavy, and not for ever", async () => {
  const gate = new WeightGate(10);
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const begin = (name: string, weight: number, withinMs = 10_000) =>
    gate.run(weight, withinMs, () => {
      order.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const first = begin("first", 6);
  const heavy = begin("heavy", 50);
  const light = begin("light", 1);
  await expect(begin("impatient", 1, 1)).rejects.toEqual(refusal("UNAVAILABLE"));
  expect(order).toEqual(["first"]);
  ends.shift()!();
  await first;
  await expect.poll(() => order).toEqual(["first", "heavy"]);
  ends.shift()!();
  await heavy;
  await expect.poll(() => order).toEqual(["first", "heavy", "light"]);
  ends.shift()!();
  await light;
});

test("on a heap of any size a whole request of 32 MiB fits, and small requests have room of their own", () => {
  for (const heapBytes of [256 * MIB, 1_200 * MIB, 16_000 * MIB]) {
    const { largeEvents, smallEvents } = createBodyBudgets(heapBytes);
    expect(largeEvents.reading.max).toBeGreaterThanOrEqual(64 * MIB);
    largeEvents.reading.reserve(project("a"), 32 * MIB);
    smallEvents.reading.reserve(project("a"), MIB);
  }
});

test("an error of another bundle's class is known by what it is", () => {
  const { AppError: Other } = {
    AppError: class AppError extends Error {
      readonly isAppError = true;
    },
  };
  expect(new Other("no") instanceof AppError).toBe(true);
  expect(new Error("no") instanceof AppError).toBe(false);
});

test("objects and lists weigh more than their bytes, in large bodies", () => {
  const body = (text: string) => new Uint8Array(Buffer.from(text));
  expect(heapBytesOf(body(`[${"{},".repeat(500_000)}{}]`)).containers).toBe(500_002);
  expect(heapBytesOf(body("[{}]")).containers).toBe(0);
  expect(createBodyBudgets(1_200 * MIB).containersMax).toBeGreaterThan(3_000_000);
});
