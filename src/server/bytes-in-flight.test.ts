import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BytesInFlight, createBodyBudgets, TurnGate, WeightGate } from "./bytes-in-flight";
import { AppError } from "./errors";
import { withBody } from "./request-body";

const MIB = 1_048_576;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
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

test("a project that holds nothing else may send one large body beyond its share", () => {
  const budget = new BytesInFlight(100);
  const large = budget.reserve(project("a"), 80);
  expect(() => budget.reserve(project("a"), 1)).toThrow(refusal("TOO_MANY_REQUESTS"));
  large.release();
  large.release();
  expect([budget.total, budget.owners]).toEqual([0, 0]);
});

test("a body without an announced length counts as it arrives, and is refused once there is no more room", async () => {
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

test("a body with an announced length is refused before a byte of it is read", async () => {
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

test("a request releases its bytes at every end: done, failed, late, or its sender gone", async () => {
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

test("heavy work runs in order, alone if it is too heavy, and does not wait for ever", async () => {
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

test("an error of another bundle's class is recognized", () => {
  const { AppError: Other } = {
    AppError: class AppError extends Error {
      readonly isAppError = true;
    },
  };
  expect(new Other("no") instanceof AppError).toBe(true);
  expect(new Error("no") instanceof AppError).toBe(false);
});

test("requests wait for room in turns of their owners, not behind a flood of one owner", async () => {
  const budget = new BytesInFlight(100);
  const order: string[] = [];
  const held = budget.reserve(project("a"), 60);
  const wait = async (name: string, owner: string) => {
    const reservation = await budget.reserveWithin(project(owner), 60, 10_000);
    order.push(name);
    return reservation;
  };
  const waiting = [wait("a1", "a"), wait("a2", "a"), wait("a3", "a"), wait("b1", "b")];
  held.release();
  for (const each of [waiting[0]!, waiting[3]!, waiting[1]!, waiting[2]!]) (await each).release();
  expect(order).toEqual(["a1", "b1", "a2", "a3"]);
  expect([budget.total, budget.owners]).toEqual([0, 0]);
});

test("a request that waits in vain is refused as if it had not waited, and others go on", async () => {
  const budget = new BytesInFlight(100);
  const held = budget.reserve(project("a"), 60);
  await expect(budget.reserveWithin(project("a"), 60, 1)).rejects.toEqual(refusal("TOO_MANY_REQUESTS"));
  await expect(budget.reserveWithin(project("b"), 60, 0)).rejects.toEqual(refusal("UNAVAILABLE"));
  const next = budget.reserveWithin(project("a"), 60, 10_000);
  held.release();
  (await next).release();
  expect(budget.total).toBe(0);
});

describe("large work", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("goes one at a time, its owners in turns, and one that does not get its turn in time is refused", async () => {
    const gate = new TurnGate({ max: 0, pauses: true });
    const order: string[] = [];
    const run = (name: string, owner: string, withinMs = 60_000) =>
      gate.run(owner, 1, withinMs, async () => {
        order.push(`${name} begins`);
        await pause(100);
        order.push(`${name} ends`);
      });
    const work = [run("a1", "a"), run("a2", "a"), run("a3", "a"), run("b1", "b")];
    const late = expect(run("c1", "c", 150)).rejects.toEqual(refusal("UNAVAILABLE"));
    await vi.runAllTimersAsync();
    await Promise.all([...work, late]);
    const names = ["a1", "b1", "a2", "a3"];
    expect(order).toEqual(names.flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test("pauses an owner for as long as its turn took, and no other owner", async () => {
    const gate = new TurnGate({ max: 0, pauses: true });
    const begun: number[] = [];
    const since = performance.now();
    const begin = (owner: string) =>
      gate.run(owner, 1, 60_000, () => {
        begun.push(performance.now() - since);
        return pause(100);
      });
    const work = [begin("a"), begin("a"), begin("b")];
    await vi.runAllTimersAsync();
    await Promise.all(work);
    expect(begun).toEqual([0, 100, 200]);
    const failing = gate.run("c", 1, 60_000, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    const next = gate.run("d", 1, 60_000, () => Promise.resolve("yes"));
    await vi.runAllTimersAsync();
    expect(await next).toBe("yes");
  });

  test("of medium weight goes side by side, without pauses, and heavier work is not passed by", async () => {
    const gate = new TurnGate({ max: 10, pauses: false });
    const begun: [string, number][] = [];
    const since = performance.now();
    const begin = (owner: string, weight: number) =>
      gate.run(owner, weight, 60_000, () => {
        begun.push([owner, performance.now() - since]);
        return pause(100);
      });
    const work = [begin("a", 4), begin("a", 4), begin("a", 4), begin("b", 8), begin("c", 1)];
    await vi.runAllTimersAsync();
    await Promise.all(work);
    expect(begun).toEqual([
      ...[
        ["a", 0],
        ["a", 0],
        ["a", 100],
      ],
      ...[
        ["b", 200],
        ["c", 200],
      ],
    ]);
  });
});
