import { once } from "node:events";
import { beforeEach, describe, expect, test } from "vitest";
import { openProjectContext, type SignedInUser } from "./access";
import { makeTokenActor, makeUserActor } from "@/domain/actor";
import { emptyFilter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import { makeEvent, makeProject } from "@/test/factories";
import { makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { eventually } from "@/test/eventually";
import { createExecutions } from "./action-creation/create-executions";
import { runOneQueryAtATime } from "./run-one-query-at-a-time";
import { createTriggerCache } from "./matching/trigger-cache";
import { previewTrigger } from "./triggers/preview-trigger";

const { ctx: base } = useTestContext();
let user: SignedInUser;
let ctx: ProjectContext;

beforeEach(async () => {
  const { id: projectId } = await makeProject(base);
  user = await makeUser(base, { [projectId]: "viewer" });
  ctx = await contextOf(user, projectId);
});

const contextOf = (who: SignedInUser, projectId: string): Promise<ProjectContext> =>
  openProjectContext(base, makeUserActor(who), projectId);
const tokenOf = (who: SignedInUser, projectId: string) =>
  makeTokenActor({
    id: newId("tok"),
    name: "Agent",
    maker: { id: who.id, label: who.email },
    projectId,
    scopes: ["read"],
  });
const looks = () => base.db.personLook.findMany({ where: { userId: user.id } });
/** A query that runs until its signal aborts. */
const endless = async (signal: AbortSignal): Promise<never> => {
  await once(signal, "abort");
  throw signal.reason;
};
const newer = { code: "CONFLICT", message: "A newer preview of yours took the place of this one." };

describe("a person looks at many states once at a time", () => {
  test("a newer preview ends the older one, and is answered", async () => {
    const older = runOneQueryAtATime(ctx, { kind: "preview" }, endless);
    await eventually(async () => expect(await looks()).toHaveLength(1));
    const [ended, answer] = await Promise.allSettled([
      older,
      runOneQueryAtATime(ctx, { kind: "preview" }, async () => 37),
    ]);
    expect(ended).toMatchObject({ status: "rejected", reason: newer });
    expect(answer).toEqual({ status: "fulfilled", value: 37 });
    expect(await looks()).toEqual([]);
  });

  test("of many at once the newest is answered", async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => runOneQueryAtATime(ctx, { kind: "preview" }, async () => n)),
    );
    expect(asked.at(-1)).toEqual({ status: "fulfilled", value: 7 });
    for (const each of asked) if (each.status === "rejected") expect(each.reason).toMatchObject(newer);
  });

  test("an explanation waits for a preview to end, and no look runs beside it", async () => {
    const order: string[] = [];
    const gate = new AbortController();
    const first = runOneQueryAtATime(ctx, { kind: "preview" }, async () => {
      await once(gate.signal, "abort");
      order.push("preview");
    });
    await eventually(async () => expect(await looks()).toMatchObject([{ kind: "preview" }]));
    const second = runOneQueryAtATime(ctx, { kind: "explain" }, async () => void order.push("explanation"));
    gate.abort();
    await Promise.all([first, second]);
    expect(order).toEqual(["preview", "explanation"]);
  });

  test("explanations of several tabs wait for each other, and each is answered", async () => {
    const asked = Array.from({ length: 5 }, (_, n) => runOneQueryAtATime(ctx, { kind: "explain" }, async () => n));
    expect(await Promise.all(asked)).toEqual([0, 1, 2, 3, 4]);
  });

  test("queries of the person's API tokens wait for their turn, and no newer query ends them", async () => {
    const asToken = await openProjectContext(base, tokenOf(user, ctx.projectId), ctx.projectId);
    const gate = new AbortController();
    const held = async (signal: AbortSignal) => {
      await once(gate.signal, "abort");
      signal.throwIfAborted();
      return "answered";
    };
    const call = runOneQueryAtATime(asToken, { kind: "preview" }, held);
    await eventually(async () => expect(await looks()).toMatchObject([{ kind: "call" }]));
    const later = [
      runOneQueryAtATime(asToken, { kind: "preview" }, async () => "second call"),
      runOneQueryAtATime(ctx, { kind: "preview" }, async () => "form"),
    ];
    gate.abort();
    expect(await Promise.all([call, ...later])).toEqual(["answered", "second call", "form"]);
  });

  test("another person does not wait", async () => {
    const leaving = new AbortController();
    const older = runOneQueryAtATime(ctx, { kind: "preview", signal: leaving.signal }, endless);
    await eventually(async () => expect(await looks()).toHaveLength(1));
    const other = await makeUser(base, { [ctx.projectId]: "viewer" });
    expect(await runOneQueryAtATime(await contextOf(other, ctx.projectId), { kind: "explain" }, async () => 1)).toBe(1);
    leaving.abort();
    await expect(older).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("a look ends when another process has taken its place", async () => {
    const older = runOneQueryAtATime(ctx, { kind: "preview" }, endless);
    const ended = expect(older).rejects.toMatchObject(newer);
    await eventually(async () => expect(await looks()).toHaveLength(1));
    await base.db.personLook.update({ where: { userId: user.id }, data: { token: "of another process" } });
    await ended;
    expect(await looks()).toMatchObject([{ token: "of another process" }]);
  });

  test("the place of a dead process is free when its lease ends", async () => {
    const expiresAt = new Date(Date.now() - 1);
    await base.db.personLook.create({ data: { userId: user.id, kind: "count", token: "dead", expiresAt } });
    expect(await runOneQueryAtATime(ctx, { kind: "explain" }, async () => 1)).toBe(1);
  });
});

test("a preview ends when the browser leaves: it reads no further state, and its place is free", async () => {
  const events = Array.from({ length: 600 }, (_, n) => makeEvent(base, { id: `obs-${n}` }));
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
  const leaving = new AbortController();
  let looked = 0;
  const { compute } = ctx;
  const leave: ProjectContext = {
    ...ctx,
    compute: {
      ...compute,
      async *filter(...args) {
        for await (const result of compute.filter(...args)) {
          looked += 1;
          if (looked === 10) leaving.abort();
          yield result;
        }
      },
    },
  };
  const input = {
    eventSource: "observation.created",
    filter: emptyFilter,
    samplingRate: 1,
    samplingBy: "source" as const,
    limit: 10_000,
  };
  await expect(previewTrigger(leave, input, leaving.signal)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(looked).toBeLessThan(600);
  expect(await looks()).toEqual([]);
  expect(await previewTrigger(ctx, input)).toMatchObject({ scanned: 600, available: 600, matched: 600 });
});
