import { beforeAll, describe, expect, test } from "vitest";
import { permissions, Role, findScopeOfPermission, TokenScope, type Permission } from "@/domain/access";
import { emptyFilter } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import { newId } from "@/server/ids";
import { makeSystemProjectContext, type SignedInUser } from "@/server/services/access";
import { createInvitation } from "@/server/services/access-links/create-invitation";
import { makeEventKeyRow, makeRandomEventKey } from "@/server/services/event-keys/event-key-row";
import { startShadow } from "@/server/services/shadows/start-shadow";
import { writeConfigurationVersion } from "@/server/services/versions/write-configuration-version";
import { createTrigger } from "@/server/services/triggers/create-trigger";
import { makeAction, makeProject } from "@/test/factories";
import { makeUser } from "@/test/people";
import { makeToken, restCaller, type RestAnswer } from "@/test/rest";
import { useTestContext } from "@/test/use-test-context";
import type { RestEndpoint } from "./endpoint";
import { restEndpoints } from "./endpoints";

const HEADER_SECRET = "Bearer only-for-the-receiver";
const BODY = "what the model said";
const { ctx, receiver } = useTestContext();
let call: ReturnType<typeof restCaller>;
let people: Record<Role | "target", SignedInUser>;
let stranger: string;
/** a project for calls that change nothing: reads, and calls that must be refused */
let unchanged: Place;

beforeAll(async () => {
  call = restCaller(ctx);
  const names = [...Role.options, "target" as const];
  const made = await Promise.all(names.map(async (name) => [name, await makeUser(ctx)] as const));
  people = Object.fromEntries(made) as typeof people;
  stranger = (await makeToken(ctx, { userId: (await makeUser(ctx)).id })).token;
  unchanged = await furnish();
});

/** A project with one thing of every kind, and a person in every role. */
async function furnish() {
  const projectId = (await makeProject(ctx)).id;
  await ctx.db.membership.createMany({
    data: Object.entries(people).map(([name, { id }]) => ({
      projectId,
      userId: id,
      role: name === "target" ? "member" : (name as Role),
    })),
  });
  const url = `${receiver.url("200")}?token=abcdefghijklmnop`;
  const action = await makeAction(ctx, projectId, url, {
    headers: [{ name: "authorization", value: HEADER_SECRET, secret: true }],
  });
  const system = makeSystemProjectContext(ctx, projectId);
  const trigger = await createTrigger(system, TriggerInput.parse(triggerForm({ action })));
  const { configuration } = await ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id: action.id } });
  await ctx.db.$transaction((tx) =>
    writeConfigurationVersion(system, tx, {
      kind: "action",
      targetId: action.id,
      version: 1,
      snapshot: { name: "Pager", type: "webhook", configuration, enabled: true },
      summary: "Created.",
    }),
  );
  const shadow = { filter: emptyFilter, samplingRate: 0.5, samplingBy: "source" as const };
  await startShadow(system, { triggerId: trigger.id, version: 1, shadow });
  const now = ctx.now();
  const execution = (status: "PENDING" | "COMPLETED", sourceId: string) => ({
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
    dueAt: new Date(now.getTime() + 60_000),
    input: JSON.stringify({ output: BODY }),
  });
  const draft = {
    id: newId("drf"),
    projectId,
    input: TriggerInput.parse(triggerForm({ action })) as object,
    preview: {},
    actorLabel: "test",
    createdAt: ctx.now(),
    expiresAt: new Date(ctx.now().getTime() + 60_000),
  };
  await ctx.db.triggerDraft.create({ data: draft });
  const [waiting, finished] = [execution("PENDING", "a"), execution("COMPLETED", "b")];
  await ctx.db.actionExecution.createMany({ data: [waiting, finished] });
  const receivedAt = new Date(now.getTime() - 1_000);
  await ctx.db.observation.create({
    data: {
      projectId,
      id: "a",
      name: "chat",
      receivedAt,
      orderAt: receivedAt,
      orderTs: receivedAt,
      lastEventId: "e",
      state: JSON.stringify({ observation: { id: "a", name: "chat", output: BODY } }),
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
  const keyRow = makeEventKeyRow({ projectId, name: "Key", key, createdById: null, now });
  await ctx.db.eventKey.create({ data: keyRow });
  const invitation = await createInvitation(system, { email: `${projectId}@example.com`, role: "viewer" });
  const job = (kind: "backfill" | "resend", status: "RUNNING" | "PAUSED") => ({
    id: newId("job"),
    projectId,
    kind,
    subjectId: "another",
    status,
    statusReason: "",
    total: 1,
    ratePerMinute: 1,
    wakeAt: now,
    createdByLabel: "test",
    params:
      kind === "backfill"
        ? { triggerVersion: 1, eventSource: "observation.created", from: receivedAt, to: receivedAt }
        : { status: ["ERROR"], startedAt: receivedAt },
  });
  const jobs = { backfill: job("backfill", "RUNNING"), resend: job("resend", "RUNNING") };
  const paused = { backfill: job("backfill", "PAUSED"), resend: job("resend", "PAUSED") };
  await ctx.db.job.createMany({ data: [...Object.values(jobs), ...Object.values(paused)] });
  return {
    projectId,
    action,
    trigger,
    waiting,
    finished,
    rejected,
    draft,
    keyRow,
    invitation,
    jobs,
    paused,
    secrets: [action.secret, HEADER_SECRET, url, "abcdefghijklmnop", key, keyRow.hash, invitation.link],
  };
}
type Place = Awaited<ReturnType<typeof furnish>>;
type Wanted = { path?: (place: Place) => Record<string, string>; query?: string; body?: (place: Place) => object };

const triggerForm = ({ action }: { action: { id: string } }) => ({
  name: "Errors",
  eventSource: "observation.created",
  filter: emptyFilter,
  actionIds: [action.id],
});
const actionForm = () => ({ name: "Pager", type: "webhook", configuration: { url: receiver.url("200") } });
const range = () => ({ from: new Date(0).toISOString(), to: new Date(ctx.now().getTime() + 1_000).toISOString() });
const ofTrigger = (place: Place) => ({ ...range(), triggerId: place.trigger.id });

/** Every endpoint of a project, with what makes it work. Ids of the path that are not named here are added below. */
const wanted: Record<string, Wanted> = {
  getProject: {},
  updateProject: { body: () => ({ name: "Renamed" }) },
  listTriggers: {},
  createTrigger: { body: triggerForm },
  getTrigger: {},
  replaceTrigger: { body: triggerForm },
  updateTrigger: { body: () => ({ name: "New" }) },
  deleteTrigger: {},
  getTriggerFunnel: {},
  getConfiguration: {},
  sampleObservations: {},
  listTriggerVersions: {},
  restoreTriggerVersion: {},
  listActionVersions: {},
  restoreActionVersion: {},
  getShadow: {},
  dropShadow: {},
  promoteShadow: {},
  listShadowDifferences: {},
  startShadow: { body: () => ({ filter: emptyFilter, samplingRate: 0.5 }) },
  planConfiguration: { body: () => ({ files: { triggers: {}, actions: {} } }) },
  applyConfiguration: { body: () => ({ files: { triggers: {}, actions: {} } }) },
  listActions: {},
  getAction: {},
  createAction: { body: actionForm },
  replaceAction: { body: actionForm },
  updateAction: { body: () => ({ name: "New" }) },
  deleteAction: {},
  enableAction: {},
  disableAction: {},
  pauseAction: {},
  resumeAction: {},
  probeAction: {},
  sendWaitingExecutions: {},
  rotateSigningSecret: { body: () => ({}) },
  testAction: { body: () => ({}) },
  getActionStatistics: {},
  listExecutions: {},
  getExecution: {},
  listAttempts: {},
  resendExecution: { path: ({ finished }) => ({ executionId: finished.id }) },
  cancelExecution: {},
  sendExecutionNow: {},
  listResends: {},
  countResend: { body: () => ({ status: ["COMPLETED"] }) },
  startResend: { path: ({ jobs }) => ({ done: jobs.resend.id }), body: () => ({ status: ["COMPLETED"] }) },
  pauseResend: {},
  resumeResend: { path: ({ paused }) => ({ resendId: paused.resend.id }) },
  cancelResend: {},
  listObservations: {},
  getObservation: {},
  explainSubject: {},
  explainTrigger: { query: "?observationId=a" },
  expungeBodies: {},
  previewTrigger: { body: () => ({ eventSource: "observation.created", filter: emptyFilter }) },
  listEventSources: {},
  listBackfills: {},
  countBackfill: { body: ofTrigger },
  startBackfill: { body: ofTrigger },
  pauseBackfill: {},
  resumeBackfill: { path: ({ paused }) => ({ backfillId: paused.backfill.id }) },
  cancelBackfill: {},
  listEventKeys: {},
  createEventKey: { body: () => ({ name: "Key" }) },
  revokeEventKey: {},
  listRejectedEvents: {},
  getRejectedEvent: {},
  listMembers: {},
  updateMember: { body: () => ({ role: "viewer" }) },
  removeMember: {},
  listInvitations: {},
  createInvitation: { body: () => ({ email: "new@example.com", role: "viewer" }) },
  revokeInvitation: {},
  listAudit: {},
  listUsage: {},
  listDrafts: {},
  proposeTrigger: { body: (place) => ({ trigger: triggerForm(place) }) },
  getDraft: {},
  applyDraft: {},
  discardDraft: {},
};

const ofProject = restEndpoints.filter(({ permission }) => permission !== null);
const everyRole = Role.options;

function ask(
  endpoint: RestEndpoint,
  place: Place,
  { token, projectId = place.projectId }: { token?: string; projectId?: string } = {},
): Promise<RestAnswer> {
  const { path = () => ({}), query = "", body } = wanted[endpoint.id]!;
  const ids: Record<string, string> = {
    projectId,
    triggerId: place.trigger.id,
    actionId: place.action.id,
    executionId: place.waiting.id,
    observationId: "a",
    backfillId: place.jobs.backfill.id,
    resendId: place.jobs.resend.id,
    eventKeyId: place.keyRow.id,
    rejectedEventId: place.rejected.id,
    userId: people.target.id,
    invitationId: place.invitation.id,
    draftId: place.draft.id,
    version: "1",
    ...path(place),
  };
  const filled = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name]!);
  return call(`${endpoint.method} ${filled}${query}`, {
    ...(token === undefined ? {} : { token }),
    ...(body ? { body: body(place) } : {}),
  });
}

const may = (role: Role, permission: Permission): boolean =>
  ({ viewer: ["project:read"], member: memberMay, admin: permissions, owner: permissions })[role].includes(permission);
const memberMay: readonly Permission[] = [
  "project:read",
  "body:read",
  "trigger:write",
  "action:write",
  "execution:act",
];

test("the table names every endpoint of a project", () => {
  expect(Object.keys(wanted).sort()).toEqual(ofProject.map(({ id }) => id).sort());
});

describe.each(ofProject.map((endpoint) => [endpoint.id, endpoint] as const))("%s", (_id, endpoint) => {
  const permission = endpoint.permission!;
  const scope = findScopeOfPermission(permission)!;

  test("is for roles with the permission and for tokens with the scope, and no answer holds a secret", async () => {
    // startResend needs a project without a resend under way.
    const place = endpoint.method === "GET" ? unchanged : await furnish();
    if (endpoint.id === "startResend") await ctx.db.job.deleteMany({ where: { projectId: place.projectId } });
    const asked = async (role: Role, scopes: readonly TokenScope[]): Promise<string> => {
      const { token } = await makeToken(ctx, { userId: people[role].id, scopes });
      const { status, body } = await ask(endpoint, place, { token });
      const text = JSON.stringify(body);
      expect(place.secrets.filter((secret) => text.includes(secret))).toEqual([]);
      if (!scopes.includes("bodies")) expect(text).not.toContain(BODY);
      return status < 300 ? "ok" : (body.code as string);
    };
    for (const role of everyRole.filter((role) => !may(role, permission)))
      expect([role, await asked(role, TokenScope.options)]).toEqual([role, "forbidden"]);
    const others = TokenScope.options.filter((one) => one !== scope);
    expect(await asked("owner", others)).toBe("missing_scope");
    const least = everyRole.filter((role) => may(role, permission)).at(-1)!;
    expect([least, await asked(least, [scope, "read"])]).toEqual([least, "ok"]);
  });

  test("tells a stranger that the project does not exist, and needs a token", async () => {
    const [foreign, missing] = [
      await ask(endpoint, unchanged, { token: stranger }),
      await ask(endpoint, unchanged, { token: stranger, projectId: "prj_none" }),
    ];
    expect([foreign.status, foreign.body.detail]).toEqual([404, missing.body.detail]);
    expect((await ask(endpoint, unchanged)).body.code).toBe("missing_token");
  });

  test("finds nothing of another project", async () => {
    if (!/\{(?!projectId|userId)\w+\}/.test(endpoint.path)) return;
    const own = await furnish();
    const other = unchanged;
    const { token } = await makeToken(ctx, { userId: people.owner.id, projectId: own.projectId });
    expect((await ask(endpoint, other, { token })).status).toBe(404);
    const crossed = await ask(endpoint, { ...other, projectId: own.projectId }, { token });
    // An observation's id is the sender's own: the same id names another observation in each project.
    if (endpoint.path.includes("{observationId}")) expect(crossed.status).toBeLessThan(300);
    else expect([crossed.status, crossed.body.code]).toEqual([404, "not_found"]);
  });
});
