import { beforeEach, expect, test } from "vitest";
import { maskUrl } from "@/domain/action/webhook/url";
import { levelIs, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";

const SECRET = "Bearer only-for-the-receiver";
const { ctx, receiver } = useTestContext();
let projectId: string;
let api: ReturnType<typeof callerOf>;
let label: string;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const user = await makeUser(ctx, { [projectId]: "member" });
  label = user.email;
  api = callerOf(ctx, user);
});

const makeAction = () =>
  api.action.create({
    projectId,
    name: "Pager",
    type: "webhook",
    configuration: { url: receiver.url("200"), headers: [{ name: "authorization", value: SECRET, secret: true }] },
  });
const form = (actionId: string, change: object = {}) => ({
  projectId,
  name: "Errors",
  eventSource: "observation.created",
  filter: levelIs("ERROR"),
  actionIds: [actionId],
  ...change,
});
const list = (kind: "trigger" | "action", targetId: string) => api.version.list({ projectId, kind, targetId });

test("each change has a version with its author, its time, and its differences in words", async () => {
  const action = await makeAction();
  const { id } = await api.trigger.create(form(action.id));
  ctx.clock.advance(1_000);
  await api.trigger.update({
    ...form(action.id, { name: "All errors", delaySeconds: 60, filter: levelIs("ERROR", "WARNING") }),
    triggerId: id,
    version: 1,
  });
  ctx.clock.advance(1_000);
  await api.trigger.setEnabled({ projectId, triggerId: id, enabled: false });
  const { items } = await list("trigger", id);
  expect(items.map(({ version, isCurrent, summary }) => [version, isCurrent, summary])).toEqual([
    [3, true, "Switched off."],
    [2, false, "Changed."],
    [1, false, "Created."],
  ]);
  expect(items[1]).toMatchObject({ actor: label, createdAt: new Date(ctx.now().getTime() - 1_000) });
  expect(items[1]!.changes.filter(({ field }) => field !== "filterJson")).toEqual([
    { field: "name", label: "Name", before: "Errors", after: "All errors" },
    {
      field: "filter",
      label: "Filter",
      before: expect.stringContaining("ERROR"),
      after: expect.stringContaining("WARNING"),
    },
    { field: "delay", label: "Delay", before: "0 s", after: "60 s" },
  ]);
  expect(items[2]!.changes).toEqual([]);
});

test("a version comes back as a change like any other; on or off stays", async () => {
  const action = await makeAction();
  const { id } = await api.trigger.create(form(action.id));
  await api.trigger.update({
    ...form(action.id, { name: "Other", filter: levelIs("DEBUG"), samplingRate: 0.5 }),
    triggerId: id,
    version: 1,
  });
  await api.trigger.setEnabled({ projectId, triggerId: id, enabled: false });
  await expect(
    api.version.restore({ projectId, kind: "trigger", targetId: id, version: 1, currentVersion: 2 }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  expect(
    await api.version.restore({ projectId, kind: "trigger", targetId: id, version: 1, currentVersion: 3 }),
  ).toEqual({ version: 4, warning: null });
  expect(await api.trigger.get({ projectId, triggerId: id })).toMatchObject({
    name: "Errors",
    filter: levelIs("ERROR"),
    samplingRate: 1,
    status: "DISABLED",
    version: 4,
  });
});

test("versions of an action hold no secret; one that comes back keeps those of the same host", async () => {
  const { id } = await makeAction();
  await api.action.update({
    projectId,
    actionId: id,
    version: 1,
    name: "Louder pager",
    type: "webhook",
    configuration: { url: receiver.url("204"), headers: [{ name: "authorization", secret: true }] },
  });
  const { items } = await list("action", id);
  expect(items[0]!.changes).toEqual(
    expect.arrayContaining([
      { field: "name", label: "Name", before: "Pager", after: "Louder pager" },
      // A member sees that the URL changed, but not the URL itself.
      { field: "configuration.url", label: "URL", before: maskUrl(receiver.url("200")), after: expect.any(String) },
    ]),
  );
  const owner = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" }));
  expect((await owner.version.list({ projectId, kind: "action", targetId: id })).items[0]!.changes).toContainEqual(
    expect.objectContaining({ before: receiver.url("200"), after: receiver.url("204") }),
  );
  expect(JSON.stringify(items)).not.toContain(SECRET);
  expect(
    JSON.stringify(await ctx.db.configurationVersion.findMany({ where: { projectId }, select: { snapshot: true } })),
  ).not.toContain(SECRET);
  await api.version.restore({ projectId, kind: "action", targetId: id, version: 1, currentVersion: 2 });
  const row = await ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id } });
  const { url } = row.configuration as { url: { ciphertext: string } };
  expect([row.name, ctx.cipher.decrypt(url.ciphertext)]).toEqual(["Pager", receiver.url("200")]);
  const [header] = (row.configuration as { headers: { ciphertext: string }[] }).headers;
  expect(ctx.cipher.decrypt(header!.ciphertext)).toBe(SECRET);
});

test("versions of another project are not known", async () => {
  const action = await makeAction();
  const other = (await makeProject(ctx)).id;
  const stranger = callerOf(ctx, await makeUser(ctx, { [other]: "owner" }));
  await expect(stranger.version.list({ projectId: other, kind: "action", targetId: action.id })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(
    stranger.version.restore({ projectId: other, kind: "action", targetId: action.id, version: 1, currentVersion: 1 }),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
});
