import { beforeEach, expect, test } from "vitest";
import { ProjectFiles } from "@/domain/as-code/configuration-files";
import { emptyFilter } from "@/domain/filter/schema";
import { levelIs, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { applyConfiguration } from "../as-code/apply-configuration";
import { pullConfiguration } from "../as-code/pull-configuration";

const { ctx, receiver } = useTestContext();
let projectId: string;
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" }));
});

/** Applies files as a CI job does, and not as a person in the browser. */
const apply = async (change: object = {}) => {
  const project = makeSystemProjectContext(ctx, projectId);
  const files = ProjectFiles.parse({
    triggers: { errors: { name: "Errors", filter: "level is any of ERROR", actions: ["chat"], ...change } },
    actions: { chat: { name: "Chat", configuration: { url: receiver.url("200") } } },
  });
  const { pulled } = await pullConfiguration(project);
  return applyConfiguration(project, { files, pulled, prune: false, force: false });
};
const errors = async () => (await api.trigger.list({ projectId })).items.find(({ key }) => key === "errors")!;

test("a person cannot change a trigger that files manage in any way, and reads what to do instead", async () => {
  await apply();
  const { id: triggerId, version, management, actions } = await errors();
  expect(management).toBe("managed");
  const of = { projectId, triggerId };
  const form = { name: "X", eventSource: "observation.created", filter: emptyFilter, actionIds: [actions[0]!.id] };
  const changes: Record<string, () => Promise<unknown>> = {
    update: () => api.trigger.update({ ...of, ...form, version }),
    "switch off": () => api.trigger.setEnabled({ ...of, enabled: false }),
    delete: () => api.trigger.remove(of),
    restore: () =>
      api.version.restore({ projectId, kind: "trigger", targetId: triggerId, version, currentVersion: version }),
    shadow: () =>
      api.shadow.start({ ...of, version, shadow: { filter: emptyFilter, samplingRate: 1, samplingBy: "source" } }),
  };
  for (const [name, change] of Object.entries(changes))
    await expect(change(), name).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("unlock the trigger first"),
    });
  expect(await api.trigger.setEnabledMany({ projectId, triggerIds: [triggerId], enabled: false })).toEqual({
    changed: [],
    managed: [triggerId],
  });
  expect(await errors()).toMatchObject({ version, name: "Errors", status: "ACTIVE" });
});

test("an unlocked trigger takes changes, the audit log says who unlocked it, and the next apply locks it", async () => {
  await apply();
  const { id: triggerId } = await errors();
  expect(await api.trigger.unlock({ projectId, triggerId })).toEqual({ id: triggerId, management: "unlocked" });
  await api.trigger.unlock({ projectId, triggerId });
  const { items } = await api.audit.list({ projectId });
  expect(items.filter(({ action }) => action === "trigger.unlock")).toMatchObject([
    { targetId: triggerId, summary: 'Unlocked the trigger "Errors", which files manage.' },
  ]);
  await api.trigger.setEnabled({ projectId, triggerId, enabled: false });
  expect(await errors()).toMatchObject({ management: "unlocked", status: "DISABLED" });
  await apply({ enabled: false });
  expect(await errors()).toMatchObject({ management: "managed", status: "DISABLED" });
});

test("a copy of a managed trigger, and a trigger that no file has, belong to people", async () => {
  await apply();
  const { id: triggerId } = await errors();
  const copy = await api.trigger.duplicate({ projectId, triggerId });
  await api.trigger.setEnabled({ projectId, triggerId: copy.id, enabled: true });
  expect(await api.trigger.get({ projectId, triggerId: copy.id })).toMatchObject({ management: null });
});

test("a shadow in a file is made, changed, dropped and pulled with its trigger", async () => {
  const shadow = { filter: "level is any of ERROR, WARNING", samplingRate: 0.5 };
  await apply({ shadow });
  const { id: triggerId } = await errors();
  expect(await api.shadow.get({ projectId, triggerId })).toMatchObject({
    filter: levelIs("ERROR", "WARNING"),
    samplingRate: 0.5,
  });
  const pulled = await pullConfiguration(makeSystemProjectContext(ctx, projectId));
  expect(pulled.files.triggers.errors?.shadow).toEqual(shadow);
  expect(await apply({ shadow })).toMatchObject({ updated: 0 });
  await apply({ shadow: { filter: "level is any of WARNING" } });
  expect(await api.shadow.get({ projectId, triggerId })).toMatchObject({ samplingRate: 1 });
  await apply();
  expect(await api.shadow.get({ projectId, triggerId })).toBeNull();
  await expect(apply({ shadow: { filter: "levl is any of ERROR" } })).rejects.toMatchObject({
    fields: { "triggers.errors.shadow.filter, line 1, column 1": expect.any(String) },
  });
});
