import { maskUrl } from "@/domain/action/webhook/url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import superjson from "superjson";
import { Role } from "@/domain/access";
import { emptyFilter } from "@/domain/filter/schema";
import { makeRandomToken, sha256 } from "@/server/crypto";
import { newId } from "@/server/ids";
import type { SignedInUser } from "@/server/services/access";
import { makeEventKeyRow, makeRandomEventKey } from "@/server/services/event-keys/event-key-row";
import { makeApiToken } from "@/server/services/tokens/token-row";
import { startTestEngine, type TestEngine } from "@/test/engine";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { appRouter } from "./root";

const HEADER_SECRET = "Bearer only-for-the-receiver";
const { ctx, database, receiver } = useTestContext();
let engine: TestEngine;
let people: Record<Role | "target", SignedInUser>;
let stranger: SignedInUser;
/** a project for calls that change nothing: reads, and calls that must be refused */
let unchanged: Place;

beforeAll(async () => {
  engine = await startTestEngine(database.connectionString);
  ctx.engine = engine.view;
  const made = await Promise.all(
    [...Role.options, "target" as const].map(async (name) => [name, await makeUser(ctx)] as const),
  );
  people = Object.fromEntries(made) as typeof people;
  stranger = await makeUser(ctx);
  unchanged = await furnish();
});
afterAll(async () => {
  await engine.close();
});

/** A project with a row of every kind, a person in every role, and its secrets. */
async function furnish() {
  const projectId = (await makeProject(ctx)).id;
  const roles = { ...Object.fromEntries(Role.options.map((role) => [role, role])), target: "member" } as Record<
    keyof typeof people,
    Role
  >;
  await ctx.db.membership.createMany({
    data: Object.entries(roles).map(([name, role]) => ({ projectId, role, userId: people[name as Role].id })),
  });
  const action = await makeAction(ctx, projectId, receiver.url("200"), {
    headers: [{ name: "authorization", value: HEADER_SECRET, secret: true }],
  });
  const trigger = await makeTrigger(ctx, projectId, [action.id]);
  await ctx.db.triggerShadow.create({
    data: {
      id: newId("shd"),
      projectId,
      triggerId: trigger.id,
      filter: emptyFilter as object,
      samplingRate: 1,
      samplingBy: "source",
      startedAt: ctx.now(),
      startedByLabel: "test",
    },
  });
  await ctx.db.configurationVersion.create({
    data: {
      id: newId("ver"),
      projectId,
      kind: "trigger",
      targetId: trigger.id,
      version: 1,
      snapshot: { name: "Errors", eventSource: "observation.created", filter: emptyFilter, actionIds: [action.id] },
      summary: "Created.",
      revision: 1,
      actorLabel: "test",
    },
  });
  const execution = (status: "PENDING" | "COMPLETED" | "ERROR", sourceId: string) => ({
    id: newId("exe"),
    projectId,
    triggerId: trigger.id,
    actionId: action.id,
    eventSource: "observation.created",
    sourceId,
    status,
    statusReason: "x",
    triggerVersion: 1,
    eventId: "e",
    dueAt: ctx.now(),
    input: "{}",
  });
  const [waiting, finished] = [execution("PENDING", "a"), execution("COMPLETED", "b")];
  await ctx.db.actionExecution.createMany({ data: [waiting, finished, execution("ERROR", "c")] });
  const receivedAt = new Date(ctx.now().getTime() - 1_000);
  await ctx.db.observation.create({
    data: {
      projectId,
      id: "a",
      name: "chat",
      receivedAt,
      orderAt: receivedAt,
      orderTs: receivedAt,
      lastEventId: "e",
      state: JSON.stringify({ observation: { id: "a", name: "chat" } }),
    },
  });
  const operational = makeRandomToken();
  await ctx.db.operationalWebhook.create({
    data: {
      projectId,
      url: maskUrl(receiver.url("200")),
      urlCiphertext: ctx.cipher.encrypt(receiver.url("200")),
      ciphertext: ctx.cipher.encrypt(operational),
      last4: "abcd",
    },
  });
  const rejected = {
    id: newId("evt"),
    eventId: newId("evt"),
    projectId,
    name: "observation.created",
    reason: "x",
    body: "{}",
  };
  await ctx.db.rejectedEvent.create({ data: rejected });
  const key = makeRandomEventKey();
  const keyRow = makeEventKeyRow({ projectId, name: "Key", key, createdById: null, now: ctx.now() });
  await ctx.db.eventKey.create({ data: keyRow });
  const draft = {
    id: newId("drf"),
    projectId,
    input: { ...triggerForm({ action }) },
    preview: {},
    actorLabel: "test",
    createdAt: ctx.now(),
    expiresAt: new Date(ctx.now().getTime() + 60_000),
  };
  await ctx.db.triggerDraft.create({ data: draft });
  const { token: apiTokenText, row: apiToken } = makeApiToken(
    { projectId, userId: people.owner.id },
    { name: "CI", scopes: ["read"], expiresInDays: null },
    ctx.now(),
  );
  await ctx.db.apiToken.create({ data: apiToken });
  const price = { id: newId("prc"), projectId, pattern: "my-model", rates: { input: 1 } };
  await ctx.db.modelPrice.create({ data: price });
  const token = makeRandomToken();
  const invitation = {
    id: newId("lnk"),
    kind: "INVITATION" as const,
    tokenHash: sha256(token),
    projectId,
    role: "viewer" as const,
    email: `${projectId}@example.com`,
    expiresAt: new Date(ctx.now().getTime() + 60_000),
  };
  await ctx.db.accessLink.create({ data: invitation });
  const view = { id: newId("viw"), projectId, name: "Failed", query: "", createdByLabel: "test", createdAt: ctx.now() };
  await ctx.db.savedView.create({ data: view });
  const runs = await engine.makeRuns(projectId);
  const job = (kind: "backfill" | "resend", status: "RUNNING" | "PAUSED") => ({
    id: newId("job"),
    projectId,
    kind,
    subjectId: "another",
    status,
    statusReason: "",
    total: 1,
    ratePerMinute: 1,
    wakeAt: ctx.now(),
    createdByLabel: "test",
    params:
      kind === "backfill"
        ? { triggerVersion: 1, eventSource: "observation.created", from: receivedAt, to: receivedAt }
        : { status: ["ERROR"], startedAt: receivedAt },
  });
  const [backfill, resend, ...stopped] = [
    job("backfill", "RUNNING"),
    job("resend", "RUNNING"),
    job("backfill", "PAUSED"),
    job("resend", "PAUSED"),
  ];
  await ctx.db.job.createMany({ data: [backfill, resend, ...stopped] });
  const paused = { backfill: stopped[0]!, resend: stopped[1]! };
  return {
    projectId,
    action,
    trigger,
    runs,
    backfill,
    resend,
    paused,
    waiting,
    finished,
    rejected,
    keyRow,
    apiToken,
    draft,
    price,
    view,
    invitation,
    secrets: [
      apiTokenText,
      apiToken.hash,
      operational,
      action.secret,
      HEADER_SECRET,
      key,
      keyRow.hash,
      token,
      invitation.tokenHash,
    ],
  };
}
type Place = Awaited<ReturnType<typeof furnish>>;
type Expected = { who: readonly Role[]; input?: (place: Place) => object };

const everyone = Role.options;
const members: readonly Role[] = ["owner", "admin", "member"];
const admins: readonly Role[] = ["owner", "admin"];
const owners: readonly Role[] = ["owner"];
const triggerForm = ({ action }: { action: { id: string } }) => ({
  name: "Errors",
  eventSource: "observation.created",
  filter: emptyFilter,
  actionIds: [action.id],
});
const actionForm = () => ({ name: "Pager", type: "webhook", configuration: { url: receiver.url("200"), headers: [] } });
const ofTrigger = ({ trigger }: Place) => ({ triggerId: trigger.id });
const everything = () => ({ from: new Date(0), to: new Date(ctx.now().getTime() + 1_000) });
const ofAction = ({ action }: Place) => ({ actionId: action.id });

/** Every procedure of a project: who may call it, and an input with which it works. */
const inProject: Record<string, Expected> = {
  "accessLink.createPasswordReset": { who: admins, input: () => ({ userId: people.target.id }) },
  "accessLink.invite": { who: admins, input: () => ({ email: "new@example.com", role: "admin" }) },
  "accessLink.listInvitations": { who: admins },
  "accessLink.pageInvitations": { who: admins },
  "accessLink.revokeInvitation": { who: admins, input: ({ invitation }) => ({ id: invitation.id }) },
  "action.create": { who: members, input: actionForm },
  "action.duplicate": { who: members, input: ofAction },
  "action.get": { who: everyone, input: ofAction },
  "action.health": { who: everyone },
  "action.types": { who: everyone },
  "action.leverEffects": { who: everyone, input: ofAction },
  "action.list": { who: everyone },
  "action.previewTemplate": {
    who: members,
    input: () => ({ template: "{{ observation.id | json }}", detail: "thin" }),
  },
  "action.probe": { who: members, input: ofAction },
  "action.remove": { who: members, input: ofAction },
  "action.restore": { who: members, input: ofAction },
  "action.rotateSecret": { who: admins, input: (place) => ({ ...ofAction(place), grace: "1h" }) },
  "action.sendNow": { who: members, input: ofAction },
  "action.sendTest": { who: members, input: ofAction },
  "action.setEnabled": { who: members, input: (place) => ({ ...ofAction(place), enabled: false }) },
  "action.setPaused": { who: members, input: (place) => ({ ...ofAction(place), paused: false }) },
  "action.statistics": { who: everyone, input: ofAction },
  "action.troubled": { who: everyone },
  "action.update": { who: members, input: (place) => ({ ...actionForm(), ...ofAction(place), version: 1 }) },
  "audit.list": { who: admins },
  "backfill.cancel": { who: members, input: ({ backfill }) => ({ backfillId: backfill.id }) },
  "backfill.count": { who: members, input: (place) => ({ ...ofTrigger(place), ...everything() }) },
  "backfill.list": { who: everyone },
  "backfill.pause": { who: members, input: ({ backfill }) => ({ backfillId: backfill.id }) },
  "backfill.resume": { who: members, input: ({ paused }) => ({ backfillId: paused.backfill.id }) },
  "backfill.start": { who: members, input: (place) => ({ ...ofTrigger(place), ...everything() }) },
  "draft.accept": { who: members, input: ({ draft }) => ({ draftId: draft.id }) },
  "draft.discard": { who: members, input: ({ draft }) => ({ draftId: draft.id }) },
  "draft.get": { who: everyone, input: ({ draft }) => ({ draftId: draft.id }) },
  "decision.list": { who: everyone },
  "draft.list": { who: everyone },
  "engine.cancel": { who: admins, input: ({ runs }) => ({ runId: runs.asleep }) },
  "engine.get": { who: admins },
  "engine.rerun": { who: admins, input: ({ runs }) => ({ runId: runs.failed }) },
  "engine.run": { who: admins, input: ({ runs }) => ({ runId: runs.failed }) },
  "engine.runs": { who: admins },
  "eventKey.create": { who: admins, input: () => ({ name: "Key" }) },
  "eventKey.list": { who: admins },
  "eventKey.page": { who: admins },
  "eventKey.restore": { who: admins, input: ({ keyRow }) => ({ id: keyRow.id }) },
  "eventKey.revoke": { who: admins, input: ({ keyRow }) => ({ id: keyRow.id }) },
  "eventSource.list": { who: everyone },
  "execution.cancel": { who: members, input: ({ waiting }) => ({ executionId: waiting.id }) },
  "execution.counts": { who: everyone },
  "execution.get": { who: everyone, input: ({ finished }) => ({ executionId: finished.id }) },
  "execution.list": { who: everyone },
  "execution.sendNow": { who: members, input: ({ waiting }) => ({ executionIds: [waiting.id] }) },
  "execution.resend": { who: members, input: ({ finished }) => ({ executionId: finished.id }) },
  "live.changes": { who: everyone },
  "member.list": { who: admins },
  "member.remove": { who: admins, input: () => ({ userId: people.target.id }) },
  "member.setRole": { who: admins, input: () => ({ userId: people.target.id, role: "viewer" }) },
  "modelPrice.create": { who: admins, input: () => ({ pattern: "gpt-.*", rates: { input: 1 } }) },
  "modelPrice.list": { who: everyone },
  "modelPrice.remove": { who: admins, input: ({ price }) => ({ id: price.id }) },
  "modelPrice.update": {
    who: admins,
    input: ({ price }) => ({ id: price.id, pattern: "gpt-.*", rates: { input: 1 } }),
  },
  "notice.list": { who: everyone },
  "notice.markRead": { who: everyone },
  "observation.columnValues": { who: everyone, input: () => ({ eventSource: "observation.created", column: "name" }) },
  "observation.counts": { who: everyone },
  "observation.explain": { who: everyone, input: () => ({ observationId: "a" }) },
  "observation.expunge": { who: admins, input: () => ({ observationId: "a" }) },
  "observation.get": { who: everyone, input: () => ({ observationId: "a" }) },
  "observation.list": { who: everyone },
  "observation.send": { who: members, input: () => ({ observationId: "a" }) },
  "observation.sendSample": { who: members },
  "operationalWebhook.get": { who: admins },
  "operationalWebhook.remove": { who: admins },
  "operationalWebhook.rotate": { who: admins },
  "operationalWebhook.set": { who: admins, input: () => ({ url: receiver.url("200") }) },
  "overview.attention": { who: everyone },
  "overview.figures": { who: everyone, input: () => ({ from: new Date(0) }) },
  "overview.get": { who: everyone },
  "project.get": { who: everyone },
  "project.remove": { who: owners },
  "project.update": { who: admins, input: () => ({ settings: { name: "Renamed" } }) },
  "redaction.get": { who: admins },
  "redaction.set": { who: admins, input: () => ({ rules: [] }) },
  "redaction.try": { who: admins, input: () => ({ rules: [], sample: "{}" }) },
  "rejectedEvent.get": { who: admins, input: ({ rejected }) => ({ rejectedEventId: rejected.id }) },
  "rejectedEvent.list": { who: admins },
  "bulk.cancel": { who: members, input: ({ resend }) => ({ kind: "resend", jobId: resend.id }) },
  "bulk.count": { who: members, input: () => ({ kind: "cancel", filter: {} }) },
  "bulk.list": { who: everyone },
  "bulk.pause": { who: members, input: ({ resend }) => ({ kind: "resend", jobId: resend.id }) },
  "bulk.resume": { who: members, input: ({ paused }) => ({ kind: "resend", jobId: paused.resend.id }) },
  "bulk.start": { who: members, input: () => ({ kind: "cancel", filter: {} }) },
  "execution.names": { who: everyone, input: ({ trigger }) => ({ triggerIds: [trigger.id], actionIds: [] }) },
  "execution.suggest": { who: everyone, input: () => ({ field: "name" }) },
  "search.find": { who: everyone, input: () => ({ text: "chat" }) },
  "view.list": { who: everyone },
  "view.remove": { who: members, input: ({ view }) => ({ viewId: view.id }) },
  "view.save": { who: everyone, input: () => ({ name: "Mine", query: "status=FAILED", isShared: false }) },
  "resend.cancel": { who: members, input: ({ resend }) => ({ resendId: resend.id }) },
  "resend.count": { who: members, input: () => ({ status: ["COMPLETED"] }) },
  "resend.list": { who: everyone },
  "resend.pause": { who: members, input: ({ resend }) => ({ resendId: resend.id }) },
  "resend.resume": { who: members, input: ({ paused }) => ({ resendId: paused.resend.id }) },
  "resend.start": { who: members, input: () => ({ status: ["ERROR"] }) },
  "token.create": { who: admins, input: () => ({ name: "CI", scopes: ["read"] }) },
  "token.list": { who: admins },
  "token.revoke": { who: admins, input: ({ apiToken }) => ({ id: apiToken.id }) },
  "source.list": { who: admins },
  "source.setLlmSpansOnly": { who: admins, input: ({ keyRow }) => ({ id: keyRow.id, llmSpansOnly: true }) },
  "shadow.differences": { who: everyone, input: ofTrigger },
  "shadow.drop": { who: members, input: (place) => ({ ...ofTrigger(place), version: 1 }) },
  "shadow.get": { who: everyone, input: ofTrigger },
  "shadow.promote": { who: members, input: (place) => ({ ...ofTrigger(place), version: 1 }) },
  "shadow.start": {
    who: members,
    input: (place) => ({ ...ofTrigger(place), version: 1, shadow: { filter: emptyFilter, samplingRate: 0.5 } }),
  },
  "trigger.columnsByUse": { who: everyone, input: () => ({ eventSource: "observation.created" }) },
  "trigger.create": { who: members, input: triggerForm },
  "trigger.duplicate": { who: members, input: ofTrigger },
  "trigger.explain": { who: everyone, input: (place) => ({ ...ofTrigger(place), sourceId: "a" }) },
  "testEndpoint.get": { who: everyone },
  "trigger.funnel": { who: everyone, input: ofTrigger },
  "trigger.get": { who: everyone, input: ofTrigger },
  "trigger.list": { who: everyone },
  "trigger.nearMisses": { who: everyone, input: ofTrigger },
  "trigger.preview": {
    who: everyone,
    input: () => ({ eventSource: "observation.created", filter: emptyFilter, samplingRate: 1, samplingBy: "source" }),
  },
  "trigger.remove": { who: members, input: ofTrigger },
  "trigger.restore": { who: members, input: ofTrigger },
  "trigger.setEnabled": { who: members, input: (place) => ({ ...ofTrigger(place), enabled: false }) },
  "trigger.setEnabledMany": { who: members, input: ({ trigger }) => ({ triggerIds: [trigger.id], enabled: false }) },
  "trigger.unlock": { who: members, input: ofTrigger },
  "trigger.update": { who: members, input: (place) => ({ ...triggerForm(place), ...ofTrigger(place), version: 1 }) },
  "version.list": { who: everyone, input: ({ trigger }) => ({ kind: "trigger", targetId: trigger.id }) },
  "version.restore": {
    who: members,
    input: ({ trigger }) => ({ kind: "trigger", targetId: trigger.id, version: 1, currentVersion: 1 }),
  },
};
/** Procedures for every signed-in person, and procedures for anybody with a link. */
const outside = {
  "account.changePassword": { currentPassword: "x", newPassword: "a password that is long" },
  "account.emailChoices": undefined,
  "account.setEmailChoice": { kind: "endpoint.failing", isOn: true },
  "account.me": undefined,
  "live.mine": undefined,
  "personalToken.create": { name: "Laptop", scopes: ["read"] },
  "personalToken.list": {},
  "personalToken.revoke": { id: "tok_missing" },
  "project.create": { name: "Mine" },
  "project.list": undefined,
};
/** Procedures for admins of the installation. */
const ofInstallation: Record<string, object> = {
  "installation.audit": {},
  "installation.cancel": { runId: "x" },
  "installation.engine": {},
  "installation.rerun": { runId: "x" },
  "installation.run": { runId: "x" },
  "installation.runs": {},
};
const ofLinks = ["accessLink.accept", "accessLink.inspect", "accessLink.resetPassword"];

function call(user: SignedInUser | null, path: string, input: unknown): Promise<unknown> {
  const [router, name] = path.split(".") as [string, string];
  const caller = callerOf(ctx, user) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  return caller[router]![name]!(input);
}
const isMutation = (path: string): boolean =>
  (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[path]!._def.type === "mutation";
const inputOf = (path: string, place: Place) => ({ projectId: place.projectId, ...inProject[path]!.input?.(place) });
const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "ok",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

test("the tables name every procedure", () => {
  const named = [...Object.keys(inProject), ...Object.keys(outside), ...Object.keys(ofInstallation), ...ofLinks];
  expect(named.sort()).toEqual(Object.keys(appRouter._def.procedures).sort());
});

describe.each(Object.keys(inProject))("%s", (path) => {
  test("is for roles with the permission, and no answer holds a secret of the project", async () => {
    for (const role of everyone) {
      const isAllowed = inProject[path]!.who.includes(role);
      const place = isAllowed && isMutation(path) ? await furnish() : unchanged;
      const asked = call(people[role], path, inputOf(path, place));
      expect([role, await outcome(asked)]).toEqual([role, isAllowed ? "ok" : "FORBIDDEN"]);
      const answer = superjson.stringify(await asked.catch((error: Error) => error.message));
      expect(place.secrets.filter((secret) => answer.includes(secret))).toEqual([]);
    }
  });

  test("tells a stranger that the project does not exist, and asks for a session if there is none", async () => {
    const foreign = inputOf(path, unchanged);
    const missing = { ...foreign, projectId: "prj_missing" };
    const message = (input: object) =>
      call(stranger, path, input).then(
        () => "an answer",
        (error: Error) => error.message,
      );
    expect(await outcome(call(stranger, path, foreign))).toBe("NOT_FOUND");
    expect(await message(foreign)).toBe(await message(missing));
    expect(await outcome(call(null, path, foreign))).toBe("UNAUTHORIZED");
  });
});

test("procedures of no project are for every signed-in person, and links are for anybody who holds one", async () => {
  for (const [path, input] of Object.entries(outside))
    expect([path, await outcome(call(null, path, input))]).toEqual([path, "UNAUTHORIZED"]);
  for (const [path, input] of Object.entries(ofInstallation)) {
    expect([path, await outcome(call(null, path, input))]).toEqual([path, "UNAUTHORIZED"]);
    expect([path, await outcome(call(people.owner, path, input))]).toEqual([path, "FORBIDDEN"]);
  }
  for (const path of ofLinks)
    expect([path, await outcome(call(null, path, { token: "x", password: "a password that is long" }))]).toEqual([
      path,
      "NOT_FOUND",
    ]);
});
