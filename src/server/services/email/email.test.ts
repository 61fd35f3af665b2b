import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMailer } from "@/server/mail";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { syncNoticesWithProblems } from "../notices/sync-notices-with-problems";
import { createTriggerCache } from "../matching/trigger-cache";
import { sendEmails } from "./send-emails";
import { unsubscribeFromDigests } from "./unsubscribe";
import { queueDigestEmails } from "./queue-digest-emails";

const MINUTE_MS = 60_000;
const { ctx, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let projectId: string;
let person: Awaited<ReturnType<typeof makeUser>>;
let server: SMTPServer;
/** emails that the server took, and how many it refuses before */
let taken: { to: string; data: string }[];
let refusals: number;

beforeEach(async () => {
  [taken, refusals] = [[], 0];
  server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    onData: (stream, session, done) => {
      let data = "";
      stream.on("data", (chunk: Buffer) => (data += chunk.toString("utf8")));
      stream.on("end", () => {
        if (refusals-- > 0) return done(new Error("Try again later."));
        const [to] = session.envelope.rcptTo;
        taken.push({ to: to!.address, data: data.replace(/=\r\n/g, "") });
        return done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as { port: number };
  ctx.mail = createMailer({ url: `smtp://127.0.0.1:${port}?ignoreTLS=true`, from: "Trigger System <ts@example.com>" });
  await ctx.db.$executeRaw`TRUNCATE notice, email, email_choice, action_health`;
  projectId = (await makeProject(ctx)).id;
  person = await makeUser(ctx, { [projectId]: "owner" });
  await ctx.db.membership.updateMany({ data: { createdAt: new Date(ctx.now().getTime() - MINUTE_MS) } });
});
afterEach(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function tell(): Promise<void> {
  await syncNoticesWithProblems(ctx);
  await queueDigestEmails(ctx);
  await sendEmails(ctx);
}
let sources = 0;
/** An action whose endpoint fails until its breaker opens. */
async function fail(): Promise<string> {
  const { id } = await makeAction(ctx, projectId, receiver.url("500"), { retry: { preset: "standard" } });
  await makeTrigger(ctx, projectId, [id]);
  const events = Array.from({ length: 10 }, () => makeEvent(ctx, { id: `obs-${++sources}` }));
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  await deliverOnce(ctx, id);
  return id;
}
const recover = (actionId: string) =>
  ctx.db.actionHealth.update({ where: { actionId }, data: { openedAt: null, openUntil: null, failingSince: null } });

describe("a digest", () => {
  test("tells that an endpoint fails, and later that it has recovered, each once", async () => {
    const actionId = await fail();
    await tell();
    await tell();
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({
      to: person.email,
      data: expect.stringContaining("Test action: the endpoint fails"),
    });
    expect(taken[0]!.data).toContain(`/projects/${projectId}/actions/${actionId}`);
    await recover(actionId);
    ctx.clock.advance(16 * MINUTE_MS);
    await tell();
    expect(taken).toHaveLength(2);
    expect(taken[1]!.data).toContain("the endpoint has recovered");
  });

  test("holds all notices of 15 minutes in one email", async () => {
    await fail();
    await tell();
    for (let each = 0; each < 3; each++) {
      ctx.clock.advance(MINUTE_MS);
      await fail();
      await tell();
    }
    expect(taken).toHaveLength(1);
    ctx.clock.advance(15 * MINUTE_MS);
    await tell();
    expect(taken).toHaveLength(2);
    expect(taken[1]!.data).toContain("Subject: 3 notices from Trigger System");
  });

  test("leaves out what a person chose, and ends with the address in it", async () => {
    const api = callerOf(ctx, person);
    await api.account.setEmailChoice({ kind: "endpoint.failing", isOn: false });
    await fail();
    await tell();
    expect(taken).toEqual([]);
    await api.account.setEmailChoice({ kind: "endpoint.failing", isOn: true });
    await tell();
    const [, token] = /List-Unsubscribe: <[^>]*\/unsubscribe\/([^>]+)>/.exec(taken[0]!.data)!;
    await unsubscribeFromDigests(ctx, decodeURIComponent(token!));
    expect(Object.values((await api.account.emailChoices()).kinds)).toEqual([false, false, false, false]);
    await expect(unsubscribeFromDigests(ctx, "v1:nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("leaves out both of two kinds that a person unchecks at once", async () => {
    const api = callerOf(ctx, person);
    const off = ["endpoint.failing", "endpoint.disabled"] as const;
    await Promise.all(off.map((kind) => api.account.setEmailChoice({ kind, isOn: false })));
    expect((await api.account.emailChoices()).kinds).toMatchObject({
      "endpoint.failing": false,
      "endpoint.disabled": false,
      "endpoint.recovered": true,
    });
  });

  test("goes to members of the project alone", async () => {
    await makeUser(ctx, { [(await makeProject(ctx)).id]: "owner" });
    await fail();
    await tell();
    expect(taken.map(({ to }) => to)).toEqual([person.email]);
  });
});

describe("an email", () => {
  test("that the server refuses is tried again, and its text is removed once it was sent", async () => {
    refusals = 1;
    await callerOf(ctx, person).accessLink.invite({ projectId, email: "new@example.com", role: "member" });
    await sendEmails(ctx);
    expect(taken).toEqual([]);
    ctx.clock.advance(2 * MINUTE_MS);
    await sendEmails(ctx);
    expect(taken).toMatchObject([{ to: "new@example.com", data: expect.stringContaining("/invite/") }]);
    expect(await ctx.db.email.findMany({ select: { status: true, ciphertext: true, attempts: true } })).toEqual([
      { status: "sent", ciphertext: "", attempts: 2 },
    ]);
  });

  test("is sent once, although the emails before it took longer than a lease", async () => {
    const people = ["one@example.com", "three@example.com", "two@example.com"];
    for (const email of people) await callerOf(ctx, person).accessLink.invite({ projectId, email, role: "member" });
    const sent: string[] = [];
    ctx.mail = {
      check: async () => undefined,
      async send({ to }) {
        sent.push(to);
        if (sent.length < people.length) ctx.clock.advance(70_000);
        if (sent.length === 2) await sendEmails(ctx);
      },
    };
    for (let each = 0; each < people.length; each++) await sendEmails(ctx);
    expect(sent.sort()).toEqual(people);
  });

  test("loses no try while the server refuses the password, is silent, or sends a byte at a time", async () => {
    const { mail } = ctx;
    for (const email of ["one@example.com", "two@example.com"])
      await callerOf(ctx, person).accessLink.invite({ projectId, email, role: "member" });
    const faults: Record<string, (socket: Socket) => void> = {
      silence: () => undefined,
      "a byte at a time": (socket) => {
        socket.write("220 here");
        const timer = setInterval(() => socket.write("."), 20);
        socket.on("close", () => clearInterval(timer));
      },
      "a refused password": (socket) => {
        socket.write("220 here\r\n");
        socket.on("data", (line) => socket.write(/^EHLO/.test(String(line)) ? "250 AUTH PLAIN\r\n" : "535 no\r\n"));
      },
    };
    for (const [fault, misbehave] of Object.entries(faults)) {
      const faulty = createServer((socket) => misbehave(socket.on("error", () => undefined)));
      await once(faulty.listen(0, "127.0.0.1"), "listening");
      const { port } = faulty.address() as { port: number };
      const url = `smtp://user:secret@127.0.0.1:${port}?ignoreTLS=true`;
      ctx.mail = createMailer({ url, from: "ts@example.com" }, { silenceMs: 200, conversationMs: 400 });
      expect([fault, await sendEmails(ctx)]).toEqual([fault, 0]);
      faulty.close();
      expect(await ctx.db.email.findMany({ select: { status: true, attempts: true } })).toEqual(
        Array(2).fill({ status: "waiting", attempts: 0 }),
      );
    }
    ctx.mail = mail;
    expect(await sendEmails(ctx)).toBe(2);
    expect(taken).toHaveLength(2);
  });

  test("is not written where no SMTP server is set, and notices stay behind the bell", async () => {
    ctx.mail = null;
    await callerOf(ctx, person).accessLink.invite({ projectId, email: "new@example.com", role: "member" });
    await fail();
    await tell();
    expect(await ctx.db.email.count()).toBe(0);
    expect((await callerOf(ctx, person).account.emailChoices()).isSent).toBe(false);
    expect((await callerOf(ctx, person).notice.list({ projectId })).unread).toBe(1);
  });
});

test("the bell counts what a person has not read, for each person", async () => {
  const other = await makeUser(ctx, { [projectId]: "viewer" });
  await ctx.db.membership.updateMany({ data: { createdAt: new Date(ctx.now().getTime() - MINUTE_MS) } });
  const actionId = await fail();
  await syncNoticesWithProblems(ctx);
  const api = callerOf(ctx, person);
  expect(await api.notice.list({ projectId })).toMatchObject({
    unread: 1,
    items: [{ kind: "endpoint.failing", subjectId: actionId, endedAt: null, isUnread: true }],
  });
  await api.notice.markRead({ projectId });
  expect((await api.notice.list({ projectId })).unread).toBe(0);
  expect((await callerOf(ctx, other).notice.list({ projectId })).unread).toBe(1);

  // A person who left the project and comes back has not missed what happened in between.
  const membership = { projectId_userId: { projectId, userId: person.id } };
  const { role } = await ctx.db.membership.delete({ where: membership });
  await fail();
  await syncNoticesWithProblems(ctx);
  const createdAt = new Date(ctx.now().getTime() + MINUTE_MS);
  await ctx.db.membership.create({ data: { projectId, userId: person.id, role, createdAt } });
  expect((await api.notice.list({ projectId })).unread).toBe(0);
  expect((await callerOf(ctx, other).notice.list({ projectId })).unread).toBe(2);
});

test("an action that was switched off for 410 is told, and one that a person switched off is not", async () => {
  const { id } = await makeAction(ctx, projectId, receiver.url("200"));
  const { id: byPerson } = await makeAction(ctx, projectId, receiver.url("200"));
  await ctx.db.actionConfiguration.update({
    where: { id },
    data: { disabledAt: ctx.now(), disabledReason: "Its endpoint answered 410 Gone.", disabledByProgram: true },
  });
  await callerOf(ctx, person).action.setEnabled({ projectId, actionId: byPerson, enabled: false });
  await syncNoticesWithProblems(ctx);
  expect(await ctx.db.notice.findMany()).toMatchObject([{ kind: "endpoint.disabled", subjectId: id }]);
});
