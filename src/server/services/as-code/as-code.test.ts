import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { ProjectFiles } from "@/domain/as-code/configuration-files";
import { formatFilterText } from "@/domain/filter/text/format-filter-text";
import { observationCreatedSource } from "@/domain/event-source/observation-created/index";
import { listOperatorsOfColumn, getValueKind } from "@/domain/filter/operators";
import { makeEvent, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import type { ProjectContext } from "@/server/context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { updateAction } from "../actions/update-action";
import { createTriggerCache } from "../matching/trigger-cache";
import { createTrigger } from "../triggers/create-trigger";
import { setTriggerEnabled } from "../triggers/set-trigger-enabled";
import { applyConfiguration } from "./apply-configuration";
import { planConfiguration } from "./plan-configuration";
import { pullConfiguration, type PulledConfiguration } from "./pull-configuration";

const { ctx, receiver } = useTestContext();
let project: ProjectContext;
beforeEach(async () => {
  project = makeSystemProjectContext(ctx, (await makeProject(ctx)).id);
  ctx.sent.length = 0;
});

const nothingPulled = { triggers: {}, actions: {} };
const hook = (change: Record<string, unknown> = {}) => ({
  name: "Chat",
  configuration: { url: receiver.url("200"), ...change },
});
const files = (triggers: Record<string, unknown>, actions: Record<string, unknown> = { chat: hook() }): ProjectFiles =>
  ProjectFiles.parse({ triggers, actions });
const errors = { name: "Errors", filter: "level is any of ERROR", actions: ["chat"] };
type Options = { pulled?: PulledConfiguration["pulled"]; prune?: boolean; force?: boolean };
const apply = (wanted: ProjectFiles, { pulled = nothingPulled, prune = false, force = false }: Options = {}) =>
  applyConfiguration(project, { files: wanted, pulled, prune, force });
const plan = (wanted: ProjectFiles, { pulled = nothingPulled, prune = false }: Options = {}) =>
  planConfiguration(project, { files: wanted, pulled, prune });
const triggers = () =>
  ctx.db.triggerConfiguration.findMany({
    where: { projectId: project.projectId, deletedAt: null },
    orderBy: { key: "asc" },
  });

test("apply makes what the files say, and a second apply changes nothing", async () => {
  const wanted = files({ errors, slow: { name: "Slow", filter: "latency > 5", actions: ["chat"], enabled: false } });
  const made = await apply(wanted);
  expect(made).toMatchObject({ created: 3, updated: 0, deleted: 0 });
  expect(made.signingSecrets.chat).toMatch(/^whsec_/);
  expect(await triggers()).toMatchObject([
    { key: "errors", name: "Errors", status: "ACTIVE", version: 1 },
    { key: "slow", status: "DISABLED" },
  ]);
  expect(await apply(wanted)).toMatchObject({ created: 0, updated: 0, deleted: 0, signingSecrets: {} });
  expect((await triggers()).map(({ version }) => version)).toEqual([1, 1]);
});

test("a new name under the same key is a rename, and the history stays with it", async () => {
  await apply(files({ errors }));
  const [before] = await triggers();
  expect(await apply(files({ errors: { ...errors, name: "All errors" } }))).toMatchObject({ created: 0, updated: 1 });
  expect(await triggers()).toMatchObject([{ id: before!.id, name: "All errors", version: 2 }]);
});

test("apply is all or nothing: one file that the server refuses leaves everything as it was", async () => {
  const good = files({ errors });
  await apply(good);
  const bad = files(
    { errors: { ...errors, name: "Changed" }, slow: { ...errors, delayMode: "quiet" } },
    { chat: hook({ detail: "full" }) },
  );
  await expect(apply(bad)).rejects.toMatchObject({
    message: expect.stringMatching(/^Nothing was applied\. triggers\.slow: /),
    fields: { "triggers.slow.delaySeconds": expect.any(String) },
  });
  expect(await triggers()).toMatchObject([{ name: "Errors", version: 1 }]);
  expect((await pullConfiguration(project)).files.actions.chat?.configuration).toEqual({ url: expect.any(String) });
  expect(ctx.sent).toEqual([]);
});

test.each([
  [
    "a filter that cannot be read",
    { errors: { ...errors, filter: "levl is any of ERROR" } },
    "triggers.errors.filter, line 1, column 1",
  ],
  ["an action that no file has", { errors: { ...errors, actions: ["pager"] } }, "triggers.errors.actions.0"],
  ["an unknown event source", { errors: { ...errors, eventSource: "trace.created" } }, "triggers.errors.eventSource"],
])("%s is refused with its place", async (_name, wanted, place) => {
  await expect(plan(files(wanted))).rejects.toMatchObject({
    code: "BAD_REQUEST",
    fields: { [place]: expect.any(String) },
  });
});

describe("a change in the browser meanwhile", () => {
  test("refuses an apply of the same trigger, and force overwrites it", async () => {
    await apply(files({ errors }));
    const [row] = await triggers();
    await setTriggerEnabled(project, { triggerId: row!.id, enabled: false });
    const wanted = files({ errors: { ...errors, samplingRate: 0.5 } });
    expect((await plan(wanted)).triggers[0]?.conflict).toMatch(/^It is at version 2, which was made outside the files/);
    await expect(apply(wanted)).rejects.toMatchObject({
      code: "CONFLICT",
      fields: { "triggers.errors": expect.any(String) },
    });
    expect(await apply(wanted, { force: true })).toMatchObject({ updated: 1 });
    expect(await triggers()).toMatchObject([{ samplingRate: 0.5, status: "ACTIVE" }]);
  });

  test("is no obstacle after a pull that saw it", async () => {
    await apply(files({ errors }));
    const [row] = await triggers();
    await setTriggerEnabled(project, { triggerId: row!.id, enabled: false });
    const { pulled } = await pullConfiguration(project);
    expect(await apply(files({ errors: { ...errors, samplingRate: 0.5 } }), { pulled })).toMatchObject({ updated: 1 });
  });

  test("adopts a trigger that was made in the browser, by the id that the pull saw", async () => {
    const made = await apply(files({}));
    const { id: actionId } = made.configuration.pulled.actions.chat!;
    const { id } = await createTrigger(project, {
      name: "Häßliche Fehler!",
      description: "",
      eventSource: "observation.created",
      samplingRate: 1,
      samplingBy: "source",
      delaySeconds: 0,
      delayMode: "fixed",
      capPerHour: null,
      status: "ACTIVE",
      actionIds: [actionId],
      filter: { type: "group", match: "all", children: [] },
    });
    const { files: pulledFiles, pulled } = await pullConfiguration(project);
    expect(Object.keys(pulledFiles.triggers)).toEqual(["ha-liche-fehler"]);
    expect(await apply(ProjectFiles.parse(pulledFiles), { pulled })).toMatchObject({ created: 0, updated: 1 });
    expect(await triggers()).toMatchObject([{ id, key: "ha-liche-fehler", name: "Häßliche Fehler!" }]);
  });
});

test("what the files do not have stays, unless prune deletes it", async () => {
  await apply(files({ errors, slow: { ...errors, name: "Slow" } }));
  const wanted = files({ errors });
  expect((await plan(wanted)).triggers).toMatchObject([
    { key: "errors", change: "none" },
    { key: "slow", change: "kept" },
  ]);
  expect(await apply(wanted)).toMatchObject({ deleted: 0 });
  expect(await apply(wanted, { prune: true })).toMatchObject({ deleted: 1 });
  expect((await triggers()).map(({ key }) => key)).toEqual(["errors"]);
});

describe("secrets", () => {
  const withSecret = (value?: string) =>
    hook({ headers: [{ name: "authorization", secret: true, ...(value ? { value } : {}) }] });

  test("are in no file, stay without a value, and count as changed only where they are", async () => {
    await apply(files({}, { chat: withSecret("Bearer first-secret") }));
    const pull = await pullConfiguration(project);
    expect(JSON.stringify(pull)).not.toContain("first-secret");
    expect(pull.files.actions.chat?.configuration.headers).toEqual([{ name: "authorization", secret: true }]);
    expect((await plan(files({}, { chat: withSecret() }))).hasChanges).toBe(false);
    expect((await plan(files({}, { chat: withSecret("Bearer first-secret") }))).hasChanges).toBe(false);
    const changed = await plan(files({}, { chat: withSecret("Bearer other-secret") }));
    expect(changed.actions).toMatchObject([
      { change: "update", fields: [{ field: "secrets", before: "(hidden)", after: "(changed)" }] },
    ]);
    expect(JSON.stringify(changed)).not.toContain('secret"');
    const stored = await apply(ProjectFiles.parse(pull.files), { pulled: pull.pulled });
    expect(stored).toMatchObject({ updated: 0 });
  });

  test("of a changed action stay when the files do not name them", async () => {
    const made = await apply(files({}, { chat: withSecret("Bearer first-secret") }));
    const { id, version } = made.configuration.pulled.actions.chat!;
    expect(version).toBe(1);
    await apply(files({}, { chat: { ...withSecret(), name: "Renamed" } }));
    const row = await ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id } });
    expect(row.name).toBe("Renamed");
    const { headers } = row.configuration as { headers: { ciphertext: string }[] };
    expect(ctx.cipher.decrypt(headers[0]!.ciphertext)).toBe("Bearer first-secret");
  });
});

test("plan tells what a change would have done in the last 24 hours", async () => {
  await apply(files({ errors, gone: { ...errors, name: "Gone" } }));
  const events = [
    ...Array.from({ length: 4 }, (_, n) => makeEvent(ctx, { id: `error-${n}`, level: "ERROR" })),
    ...Array.from({ length: 3 }, (_, n) => makeEvent(ctx, { id: `warning-${n}`, level: "WARNING" })),
  ];
  await createExecutions(ctx, createTriggerCache(), {
    projectId: project.projectId,
    eventSource: "observation.created",
    events,
  });
  const wanted = files({
    errors: { ...errors, filter: "level is any of WARNING" },
    all: { name: "All", actions: ["chat"], samplingRate: 0 },
  });
  const { triggers: changes, total } = await plan(wanted, { prune: true });
  expect(changes.map(({ key, change, difference }) => [key, change, difference])).toEqual([
    ["errors", "update", { observations: 7, more: 3, fewer: 4, sampledOut: 0, problem: null }],
    ["all", "create", { observations: 7, more: 0, fewer: 0, sampledOut: 7, problem: null }],
    ["gone", "delete", { observations: 7, more: 0, fewer: 4, sampledOut: 0, problem: null }],
  ]);
  expect(total).toEqual({ more: 3, fewer: 8, sampledOut: 7 });
});

test("an action that changed in the browser refuses the files", async () => {
  const made = await apply(files({}));
  const { id, version } = made.configuration.pulled.actions.chat!;
  await updateAction(project, { actionId: id, version, action: { type: "webhook", ...hook({ detail: "thin" }) } });
  await expect(apply(files({}, { chat: hook({ detail: "full" }) }))).rejects.toMatchObject({ code: "CONFLICT" });
});

test("pull, apply and pull give the same bytes, in 60 generated projects", async () => {
  const text = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((value) => value.trim() === value && !/\0/.test(value));
  const filter = fc
    .constantFrom(
      ...observationCreatedSource.columns.filter(
        ({ type, isClosed }) => !isClosed && (type === "stringOptions" || type === "number"),
      ),
    )
    .chain((column) =>
      fc
        .constantFrom(...listOperatorsOfColumn(column).filter((operator) => operator !== "matches"))
        .chain((operator) => {
          const values = {
            none: fc.constant(undefined),
            text,
            number: fc.integer(),
            list: fc.array(text, { minLength: 1, maxLength: 1 }),
            datetime: text,
            boolean: fc.boolean(),
          };
          return values[getValueKind(column.type, operator)].map((value) =>
            formatFilterText(observationCreatedSource, {
              type: "group",
              match: "any",
              children: [{ type: "condition", column: column.id, operator, ...(value === undefined ? {} : { value }) }],
            }),
          );
        }),
    );
  const trigger = fc.record({
    name: text,
    description: text,
    filter,
    samplingRate: fc.double({ min: 0, max: 1, noNaN: true }).map((rate) => rate + 0),
    samplingBy: fc.constantFrom("source", "trace", "session"),
    delaySeconds: fc.integer({ min: 1, max: 600 }),
    delayMode: fc.constantFrom("fixed", "quiet"),
    capPerHour: fc.option(fc.integer({ min: 1, max: 1000 })),
    actions: fc.constantFrom(["a"], ["b", "a"]),
    enabled: fc.boolean(),
    shadow: fc.option(
      fc.record({ filter, samplingRate: fc.constantFrom(0, 0.25, 1), samplingBy: fc.constantFrom("source", "trace") }),
      { nil: undefined },
    ),
  });
  const actions = { a: hook(), b: { ...hook({ detail: "thin" }), name: "B" } };
  await fc.assert(
    fc.asyncProperty(fc.array(trigger, { minLength: 1, maxLength: 4 }), async (list) => {
      const wanted = files(Object.fromEntries(list.map((one, n) => [`t${n}`, one])), actions);
      await apply(wanted, { prune: true });
      const first = await pullConfiguration(project);
      await apply(ProjectFiles.parse(first.files), { pulled: first.pulled, prune: true });
      expect(JSON.stringify(await pullConfiguration(project))).toBe(JSON.stringify(first));
    }),
    { numRuns: 60 },
  );
});
