import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLiveChannel, type LiveChannel } from "@/server/live";
import { makeProject } from "@/test/factories";
import { getTestPasswordHash, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import type { SignedInUser } from "./access";
import { streamLiveMessages } from "./stream-live-messages";
import { setPassword } from "./users";

const { ctx, database } = useTestContext();
const channels: LiveChannel[] = [];
let projectId: string;
let user: SignedInUser;

beforeAll(() => {
  for (let n = 0; n < 2; n++)
    channels.push(createLiveChannel({ connectionString: database.connectionString, log: ctx.log, flushMs: 10 }));
});
afterAll(() => Promise.all(channels.map((channel) => channel.close())));
beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  user = await makeUser(ctx, { [projectId]: "member" });
  user.sessionId = await makeSession("first");
});

async function makeSession(name: string): Promise<string> {
  const { id } = await ctx.db.session.create({
    data: {
      id: `${user.id}-${name}`,
      token: `${user.id}-${name}`,
      userId: user.id,
      expiresAt: new Date(Date.now() + 60_000),
    },
    select: { id: true },
  });
  return id;
}

/** Opens a stream at one of two processes; `ended` resolves with the code of its end. */
async function open(process: 0 | 1, options: { all?: boolean; as?: SignedInUser } = {}) {
  const leave = new AbortController();
  const at = { ...ctx, live: channels[process]! };
  const stream = streamLiveMessages(at, options.as ?? user, {
    projectId: options.all ? null : projectId,
    signal: leave.signal,
  });
  const first = await stream.next();
  const ended = (async () => {
    try {
      for await (const message of stream) void message;
      return "left";
    } catch (error) {
      return (error as { code?: string }).code;
    }
  })();
  return { first: first.value as { projectId: string }, ended, leave: () => leave.abort() };
}

test.each([
  ["signs out", () => ctx.db.session.delete({ where: { id: user.sessionId! } }), "UNAUTHORIZED", "UNAUTHORIZED"],
  [
    "sets a new password elsewhere",
    async () => {
      const passwordHash = await getTestPasswordHash();
      return ctx.db.$transaction((tx) => setPassword(tx, { userId: user.id, passwordHash, now: ctx.now() }));
    },
    "UNAUTHORIZED",
    "UNAUTHORIZED",
  ],
  [
    "is removed from the project",
    () => ctx.db.membership.delete({ where: { projectId_userId: { projectId, userId: user.id } } }),
    "NOT_FOUND",
    "UNAVAILABLE",
  ],
  [
    "gets another role",
    () =>
      ctx.db.membership.update({
        where: { projectId_userId: { projectId, userId: user.id } },
        data: { role: "viewer" },
      }),
    "UNAVAILABLE",
    "UNAVAILABLE",
  ],
  [
    "has their project deleted",
    () => ctx.db.project.update({ where: { id: projectId }, data: { deletedAt: new Date() } }),
    "NOT_FOUND",
    "UNAVAILABLE",
  ],
])("the streams of whoever %s end at once, in every process, and no other", async (_what, change, one, all) => {
  const colleague = await makeUser(ctx, { [projectId]: "owner" });
  const [a, b, c] = [await open(0), await open(1), await open(1, { all: true })];
  const other = await open(0, { as: colleague, all: true });
  await change();
  expect(await Promise.all([a.ended, b.ended, c.ended])).toEqual([one, one, all]);
  if (one === "NOT_FOUND") other.leave();
  else {
    const again = await Promise.race([other.ended, Promise.resolve("open")]);
    expect(again).toBe("open");
    other.leave();
  }
  await other.ended;
  expect(await ctx.db.liveStream.count({ where: { userId: { in: [user.id, colleague.id] } } })).toBe(0);
});

test("an eleventh stream of a person ends the oldest one, over all processes, for good", async () => {
  const streams = [];
  for (let n = 0; n < 10; n++) {
    streams.push(await open((n % 2) as 0 | 1, { all: true }));
    ctx.clock.advance(1);
  }
  const eleventh = await open(0);
  expect(await streams[0]!.ended).toBe("TOO_MANY_REQUESTS");
  expect(await ctx.db.liveStream.count({ where: { userId: user.id } })).toBe(10);
  for (const stream of [...streams, eleventh]) stream.leave();
  await Promise.all(streams.map((stream) => stream.ended));
  await eleventh.ended;
  await expect.poll(() => ctx.db.liveStream.count({ where: { userId: user.id } })).toBe(0);
});

test("a stream of all projects reports changes of each of them, and of no other project", async () => {
  const second = (await makeProject(ctx, { memberships: { create: { userId: user.id, role: "viewer" } } })).id;
  const foreign = (await makeProject(ctx)).id;
  const leave = new AbortController();
  const told = new Set<string>();
  const reading = (async () => {
    for await (const message of streamLiveMessages({ ...ctx, live: channels[0]! }, user, {
      projectId: null,
      signal: leave.signal,
    }))
      told.add(`${message.projectId} ${message.topics.join()}`);
  })();
  await expect.poll(() => told.size).toBe(2);
  for (const id of [projectId, second, foreign]) channels[1]!.touch(id, "actions");
  await expect.poll(() => told.size).toBe(4);
  expect([...told].filter((text) => text.endsWith(" actions"))).toEqual([`${projectId} actions`, `${second} actions`]);
  expect([...told].join()).not.toContain(foreign);
  leave.abort();
  await reading;
});

test("a session that ended before its stream opened gets no stream", async () => {
  await ctx.db.session.delete({ where: { id: user.sessionId! } });
  await expect(open(0)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
});
