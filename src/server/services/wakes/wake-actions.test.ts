import { beforeEach, describe, expect, test } from "vitest";
import { makeAction, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { markDeliveryRunsStarted, computeWakeTimeOfExecution, wakeActions } from "./wake-actions";

const NOW = Date.UTC(2026, 0, 1, 12);

describe("the moment of a wake for later", () => {
  test.each([
    [0.2, 0.2, false],
    [0.999, 0.999, false],
    [1.5, 2, true],
    [59.2, 60, true],
    [60.5, 70, true],
    [3_599, 3_600, true],
    [3_601, 3_660, true],
  ])("of a row that is due in %d s is in %d s; shared: %s", (dueIn, at, isShared) => {
    expect(computeWakeTimeOfExecution(NOW + dueIn * 1_000, NOW)).toEqual({ at: NOW + at * 1_000, isShared });
  });

  test("is never before the row's due time, and at most a cell after it", () => {
    for (let dueIn = 1; dueIn < 20_000_000; dueIn = Math.ceil(dueIn * 1.07)) {
      const { at } = computeWakeTimeOfExecution(NOW + 123 + dueIn, NOW + 123);
      const late = at - (NOW + 123 + dueIn);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(dueIn < 60_000 ? 1_000 : dueIn < 3_600_000 ? 10_000 : 60_000);
    }
  });
});

describe("a wake", () => {
  const { ctx, receiver } = useTestContext({ per: "test" });
  let key: { projectId: string; actionId: string };
  beforeEach(async () => {
    const projectId = (await makeProject(ctx)).id;
    key = { projectId, actionId: (await makeAction(ctx, projectId, receiver.url("200"))).id };
  });
  const wake = (inMs = 0) => wakeActions(ctx, [{ ...key, dueAt: new Date(ctx.now().getTime() + inMs) }]);

  test("for now is asked for only once the run of an earlier wake has started", async () => {
    await wake();
    await wake();
    expect(ctx.sent).toMatchObject([{ name: "action/deliveries.due", data: { v: 1, ...key, at: null } }]);
    await markDeliveryRunsStarted(ctx, key.projectId, [key.actionId]);
    await wake();
    expect(ctx.sent).toHaveLength(2);
    // A wake has no event id, because the engine takes each id only once.
    expect(ctx.sent.every((event) => event.id === undefined)).toBe(true);
  });

  test("is one for each action: the earliest requested one", async () => {
    const late = new Date(ctx.now().getTime() + 50_000);
    await wakeActions(ctx, [
      { ...key, dueAt: late },
      { ...key, dueAt: ctx.now() },
      { ...key, dueAt: late },
    ]);
    expect(ctx.sent).toMatchObject([{ data: { at: null } }]);
  });

  test("for later shares its id with the wakes of its cell, and has its own id if its run asks again", async () => {
    await wake(5_000);
    await wake(5_001);
    const [first, second] = ctx.sent;
    const { at } = computeWakeTimeOfExecution(ctx.now().getTime() + 5_000, ctx.now().getTime());
    expect(first).toMatchObject({ id: `${key.actionId}:${at}`, ts: at, data: { at } });
    expect(second!.id === first!.id || second!.ts! > at).toBe(true);
    ctx.sent.length = 0;
    await wakeActions(ctx, [{ ...key, dueAt: new Date(ctx.now().getTime() + 5_000) }], { started: at });
    expect(ctx.sent).toMatchObject([{ ts: at }]);
    expect(ctx.sent[0]!.id).toBeUndefined();
  });

  test("that the engine refuses leaves no mark, so that the next wake is asked for", async () => {
    const send = ctx.send;
    ctx.send = () => Promise.reject(new Error("The engine is away."));
    await expect(wake()).rejects.toThrow("away");
    ctx.send = send;
    await wake();
    expect(ctx.sent).toHaveLength(1);
  });

  test("that was not sent because the database went away leaves no mark once the database is back", async () => {
    let failures = 2;
    const db = new Proxy(ctx.db, {
      get: (target, name) =>
        name === "$executeRaw" && failures-- > 0
          ? () => Promise.reject(new Error("Connection terminated unexpectedly"))
          : (Reflect.get(target, name) as unknown),
    });
    const away = { ...ctx, db, send: () => Promise.reject(new Error("The engine is away.")) };
    await expect(wakeActions(away, [{ ...key, dueAt: ctx.now() }])).rejects.toThrow("away");
    const readMark = async () =>
      (await ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId: key.actionId } })).wakeAskedAt;
    expect(await readMark()).not.toBeNull();
    await expect.poll(readMark, { timeout: 10_000 }).toBeNull();
  });
});
