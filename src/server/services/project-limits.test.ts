import { beforeEach, describe, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { makeAction, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "./access";
import { createInvitation } from "./access-links/create-invitation";
import { listOpenInvitations } from "./access-links/list-open-invitations";
import { createAction } from "./actions/create-action";
import { createEventKey } from "./event-keys/create-event-key";
import { listEventKeys } from "./event-keys/list-event-keys";
import { restoreEventKey } from "./event-keys/restore-event-key";
import { revokeEventKey } from "./event-keys/revoke-event-key";
import { createTrigger } from "./triggers/create-trigger";
import { duplicateTrigger } from "./triggers/duplicate-trigger";
import { removeTrigger } from "./triggers/remove-trigger";
import { setTriggerEnabled } from "./triggers/set-trigger-enabled";
import { updateTrigger } from "./triggers/update-trigger";

const { ctx: base, receiver } = useTestContext();
let ctx: ProjectContext;
let actionId: string;

beforeEach(async () => {
  ctx = limited({});
  ctx = { ...ctx, projectId: (await makeProject(base)).id };
  actionId = (await makeAction(base, ctx.projectId, receiver.url("200"))).id;
});

const limited = (limits: Partial<ProjectContext["env"]["projectLimits"]>): ProjectContext => {
  const env = { ...base.env, projectLimits: { ...base.env.projectLimits, ...limits } };
  return { ...makeSystemProjectContext(base, ctx?.projectId ?? ""), env };
};
const matching = (...sources: string[]): Filter => ({
  type: "group",
  match: "any",
  children: sources.map((value) => ({ type: "condition", column: "input", operator: "matches", value })),
});
const input = (name: string, ...sources: string[]) =>
  TriggerInput.parse({
    name,
    eventSource: "observation.created",
    filter: sources.length > 0 ? matching(...sources) : { type: "group", match: "all", children: [] },
    actionIds: [actionId],
  });
const refused = (variable: string) => ({ code: "CONFLICT", message: expect.stringContaining(variable) });

describe("the limits of a project", () => {
  test("triggers: one too many is refused, however it is made; existing ones can be changed and deleted", async () => {
    const first = await createTrigger(ctx, input("one"));
    const second = await createTrigger(ctx, input("two"));
    const full = limited({ triggers: 1 });
    await expect(createTrigger(full, input("three"))).rejects.toMatchObject(refused("PROJECT_TRIGGERS_MAX"));
    await expect(duplicateTrigger(full, { triggerId: first.id })).rejects.toMatchObject(
      refused("PROJECT_TRIGGERS_MAX"),
    );
    await updateTrigger(full, { triggerId: first.id, version: 1, trigger: input("renamed") });
    await setTriggerEnabled(full, { triggerId: first.id, enabled: false });
    await removeTrigger(full, { triggerId: first.id });
    await removeTrigger(full, { triggerId: second.id });
    await createTrigger(full, input("three"));
  });

  test("triggers: of many made at once, no more succeed than there is room for", async () => {
    const full = limited({ triggers: 3 });
    const made = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => createTrigger(full, input(`t${n}`))));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });

  test("regular expressions: equal ones count once, and a trigger may always be changed to have fewer", async () => {
    const first = await createTrigger(ctx, input("one", "a+", "b+", "c+"));
    const full = limited({ regexes: 3 });
    await createTrigger(full, input("two", "a+", "b+"));
    await expect(createTrigger(full, input("three", "d+"))).rejects.toMatchObject({
      ...refused("PROJECT_REGEXES_MAX"),
      fields: { filter: expect.any(String) },
    });
    await updateTrigger(full, { triggerId: first.id, version: 1, trigger: input("one", "a+", "b+", "d+") });
    await expect(
      updateTrigger(full, { triggerId: first.id, version: 2, trigger: input("one", "d+", "e+") }),
    ).rejects.toMatchObject(refused("PROJECT_REGEXES_MAX"));
    const lower = limited({ regexes: 1 });
    await updateTrigger(lower, { triggerId: first.id, version: 2, trigger: input("one", "d+") });
    await createTrigger(lower, input("none"));
  });

  test("actions, event keys and invitations", async () => {
    const full = limited({ actions: 1, eventKeys: 1, invitations: 1 });
    const configuration = { url: receiver.url("200") };
    await expect(createAction(full, { name: "two", type: "webhook", configuration })).rejects.toMatchObject(
      refused("PROJECT_ACTIONS_MAX"),
    );
    await createEventKey(full, { name: "one" });
    await expect(createEventKey(full, { name: "two" })).rejects.toMatchObject(refused("PROJECT_EVENT_KEYS_MAX"));
    const { items } = await listEventKeys(full, { limit: 10 });
    await revokeEventKey(full, { id: items[0]!.id });
    await createEventKey(full, { name: "two" });
    await expect(restoreEventKey(full, { id: items[0]!.id })).rejects.toMatchObject(refused("PROJECT_EVENT_KEYS_MAX"));
    await createInvitation(full, { email: "one@example.com", role: "viewer" });
    await expect(createInvitation(full, { email: "two@example.com", role: "viewer" })).rejects.toMatchObject(
      refused("PROJECT_INVITATIONS_MAX"),
    );
    expect((await listOpenInvitations(full, { limit: 10 })).items).toHaveLength(1);
  });
});
