import { expect, test } from "vitest";
import { ByteBudget } from "./byte-budget";
import { AppError } from "./errors";
import { withRequestBody } from "./request-body";

const MIB = 1_048_576;
const project = (name: string) => [{ name, label: "This project", share: 1 / 2 }];
/** Reserves bytes for one request, which may wait for room. */
async function reserveWithin(
  budget: ByteBudget,
  { owner, bytes, withinMs }: { owner: string; bytes: number; withinMs: number },
) {
  const reservation = budget.reserve(project(owner), 0);
  await reservation.growWithin(bytes, withinMs);
  return reservation;
}
const refusal = (code: string) => expect.objectContaining({ code, retryAfterSeconds: 1 }) as Error;

test("a project that holds its share is refused, another one is not, and a full process refuses both", () => {
  const budget = new ByteBudget(100);
  budget.reserve(project("a"), 50);
  expect(() => budget.reserve(project("a"), 1)).toThrow(refusal("TOO_MANY_REQUESTS"));
  const b = budget.reserve(project("b"), 50);
  expect(() => budget.reserve(project("c"), 1)).toThrow(refusal("UNAVAILABLE"));
  b.release();
  budget.reserve(project("c"), 50);
});

test("a project that holds nothing else may send one large body beyond its share", () => {
  const budget = new ByteBudget(100);
  const large = budget.reserve(project("a"), 80);
  expect(() => budget.reserve(project("a"), 1)).toThrow(refusal("TOO_MANY_REQUESTS"));
  large.release();
  large.release();
  expect([budget.total, budget.owners]).toEqual([0, 0]);
});

test("a body without an announced length counts as it arrives, and is refused once there is no more room", async () => {
  const budget = new ByteBudget(3 * MIB);
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
  await expect(withRequestBody(request, options, async () => undefined)).rejects.toEqual(refusal("UNAVAILABLE"));
  expect(sent).toBeLessThan(6);
  expect(budget.total).toBe(MIB);
  held.release();
});

test("a body with an announced length is refused before a byte of it is read", async () => {
  const budget = new ByteBudget(10);
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
  await expect(withRequestBody(request, options, async () => undefined)).rejects.toEqual(refusal("TOO_MANY_REQUESTS"));
  expect(isRead).toBe(false);
});

test("a request releases its bytes at every end: done, failed, late, or its sender gone", async () => {
  const budget = new ByteBudget(100);
  const options = { budget, owners: project("a"), bytesMax: 100, withinMs: 20 };
  const post = (body: BodyInit) =>
    new Request("http://localhost/", { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await withRequestBody(post("hello"), options, async (body) => Buffer.from(body).toString())).toBe("hello");
  await expect(withRequestBody(post("hello"), options, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const never = new ReadableStream({ pull: () => new Promise(() => undefined) });
  await expect(withRequestBody(post(never), options, async () => 1)).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
  const gone = new ReadableStream({ pull: (controller) => controller.error(new Error("aborted")) });
  await expect(withRequestBody(post(gone), options, async () => 1)).rejects.toMatchObject({ code: "ABORTED" });
  expect(budget.total).toBe(0);
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
  const budget = new ByteBudget(100);
  const order: string[] = [];
  const held = budget.reserve(project("a"), 60);
  const wait = async (name: string, owner: string) => {
    const reservation = await reserveWithin(budget, { owner, bytes: 60, withinMs: 10_000 });
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
  const budget = new ByteBudget(100);
  const held = budget.reserve(project("a"), 60);
  await expect(reserveWithin(budget, { owner: "a", bytes: 60, withinMs: 1 })).rejects.toEqual(
    refusal("TOO_MANY_REQUESTS"),
  );
  await expect(reserveWithin(budget, { owner: "b", bytes: 60, withinMs: 0 })).rejects.toEqual(refusal("UNAVAILABLE"));
  const next = reserveWithin(budget, { owner: "a", bytes: 60, withinMs: 10_000 });
  held.release();
  (await next).release();
  expect(budget.total).toBe(0);
});

test("a body that is being read gets memory before its owner's next request, without a deadlock", async () => {
  const budget = new ByteBudget(100);
  const other = budget.reserve(project("b"), 40);
  const begun = budget.reserve(project("a"), 50);
  const order: string[] = [];
  const next = reserveWithin(budget, { owner: "a", bytes: 50, withinMs: 10_000 }).then(
    (reservation) => (order.push("next"), reservation),
  );
  const grown = begun.growWithin(30, 10_000).then(() => order.push("grown"));
  other.release();
  await grown;
  begun.release();
  (await next).release();
  expect([order, budget.total]).toEqual([["grown", "next"], 0]);
});
