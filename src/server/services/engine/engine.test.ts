import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Role } from "@/domain/access";
import { makeUserActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { sha256 } from "@/server/crypto";
import { type TestContext } from "@/test/context";
import { startTestEngine, type TestEngine } from "@/test/engine";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { callerOf, makeUser } from "@/test/people";
import { makeSystemProjectContext } from "../access";
import { makeInstallationAdmin } from "../installation";
import { cancelRun } from "./cancel-run";
import { rerunRun } from "./rerun-run";
import { getEngineForProject } from "./get-engine-for-project";
import { getRun } from "./get-run";
import { listProjectRuns } from "./list-project-runs";
import { getEngineReport } from "./get-engine-report";

const { ctx: base, database } = useTestContext();
let engine: TestEngine;
let a: string;
let b: string;

beforeEach(async () => {
  engine = await startTestEngine(database.connectionString);
  base.engine = engine.view;
  a = (await makeProject(base)).id;
  b = (await makeProject(base)).id;
});
afterEach(async () => {
  await engine.close();
  await database.db.$executeRawUnsafe("truncate engine.event, engine.run, engine.step, engine.item");
});

const as = (projectId: string, role: Role): ProjectContext => ({
  ...makeSystemProjectContext(base, projectId),
  role,
  actor: makeUserActor({ id: "usr_1", email: "one@example.com" }),
});

describe("runs of the engine", () => {
  test("can be seen, run again and cancelled by admins of their project, with an entry in its audit log", async () => {
    const { asleep, failed } = await engine.makeRuns(a);
    expect((await listProjectRuns(as(a, "admin"), {})).items.map((item) => item.id).sort()).toEqual(
      [failed, asleep].sort(),
    );
    expect(await getRun(as(a, "owner"), { runId: failed })).toMatchObject({
      state: "failed",
      error: { message: "no" },
      can: { rerun: true, cancel: false },
    });
    expect(await cancelRun(as(a, "admin"), { runId: asleep })).toEqual({ id: asleep });
    const { id } = await rerunRun(as(a, "admin"), { runId: failed });
    expect(
      await base.db.auditLog.findMany({
        where: { projectId: a },
        orderBy: { id: "asc" },
        select: { action: true, targetId: true },
      }),
    ).toEqual([
      { action: "engine.cancel", targetId: asleep },
      { action: "engine.rerun", targetId: id },
    ]);
  });

  test("of another project are not found by any procedure", async () => {
    const { asleep: foreign } = await engine.makeRuns(b);
    expect((await listProjectRuns(as(a, "owner"), {})).items).toEqual([]);
    for (const ask of [getRun, rerunRun, cancelRun])
      await expect(ask(as(a, "owner"), { runId: foreign })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("of no project cannot be seen or changed by a project's admins", async () => {
    const { asleep: own } = await engine.makeRuns("");
    expect((await listProjectRuns(as(a, "owner"), { state: "sleeping" })).items).toEqual([]);
    for (const ask of [getRun, rerunRun, cancelRun])
      await expect(ask(as(a, "owner"), { runId: own })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("are counted for one project, without the runs of other ones", async () => {
    await engine.makeRuns(b);
    await engine.makeRuns("");
    const seen = await getEngineForProject(as(a, "owner"));
    expect(seen).toMatchObject({ kind: "embedded", message: null, backlog: null });
    if (seen.kind === "embedded")
      for (const fn of seen.functions) expect(fn).toMatchObject({ sleeping: 0, failed: 0, oldestWaitingAt: null });
    await engine.makeRuns(a);
    expect(await getEngineForProject({ ...as(b, "owner") })).toMatchObject({
      functions: [
        { id: "app-sleepy", sleeping: 1 },
        { id: "app-fragile", failed: 1 },
      ],
    });
  });

  test("can all be seen and changed by an admin of the installation, who is in no project", async () => {
    const { id: userId, email } = await makeUser(base);
    const person = callerOf(base, { id: userId, name: "Ada", email });
    const { asleep, failed } = await engine.makeRuns(a);
    const { asleep: own } = await engine.makeRuns("");
    for (const ask of [
      person.installation.engine(),
      person.installation.runs({}),
      person.installation.run({ runId: own }),
      person.installation.rerun({ runId: failed }),
      person.installation.cancel({ runId: own }),
      person.installation.audit({}),
    ])
      await expect(ask).rejects.toMatchObject({ code: "FORBIDDEN" });

    await makeInstallationAdmin(base, { email });
    expect((await person.account.me()).isInstallationAdmin).toBe(true);
    expect((await person.installation.runs({})).items.map(({ id, owner }) => [id, owner]).sort()).toEqual(
      expect.arrayContaining([
        [asleep, a],
        [failed, a],
        [own, ""],
      ]),
    );
    expect((await person.installation.runs({ state: "failed" })).items.every(({ state }) => state === "failed")).toBe(
      true,
    );
    expect(await person.installation.engine()).toMatchObject({ functions: [{ sleeping: 2 }, { failed: 2 }] });
    await person.installation.cancel({ runId: own });
    await person.installation.rerun({ runId: failed });
    await expect(person.project.get({ projectId: a })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const actions = (await person.installation.audit({})).items.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(["account.makeAdmin", "engine.cancel", "engine.rerun"]));
  });

  test.each(["member", "viewer"] as const)("are not for a %s", async (role) => {
    const { asleep: own } = await engine.makeRuns(a);
    const ctx = as(a, role);
    for (const ask of [
      getEngineForProject(ctx),
      listProjectRuns(ctx, {}),
      getRun(ctx, { runId: own }),
      cancelRun(ctx, { runId: own }),
      rerunRun(ctx, { runId: own }),
    ]) {
      await expect(ask).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("the report for a monitoring system", () => {
  const token = "a-token-for-monitoring";
  const withToken = (): TestContext => ({ ...base, env: { ...base.env, metricsToken: token } });

  test("counts the work of each function, for a caller with the token", async () => {
    await engine.makeRuns(a);
    expect(await getEngineReport(withToken(), `bearer ${token}`)).not.toBeNull();
    expect(await getEngineReport(withToken(), `Bearer ${token}`)).toMatchObject({
      engine: "embedded",
      state: "running",
      functions: [
        { id: "app-sleepy", sleeping: 1, failed: 0 },
        { id: "app-fragile", sleeping: 0, failed: 1, oldestWaitingSeconds: null },
      ],
    });
  });

  test.each([[null], ["Bearer wrong"], [token], [`Bearer ${sha256(token)}`]])(
    "is refused to %s",
    async (authorization) => {
      expect(await getEngineReport(withToken(), authorization)).toBeNull();
      expect(await getEngineReport(base, authorization)).toBeNull();
    },
  );

  test("has the dashboard's address when an Inngest server runs the functions", async () => {
    const ctx: TestContext = { ...withToken(), engine: { kind: "inngest", dashboardUrl: "https://app.inngest.com" } };
    expect(await getEngineReport(ctx, `Bearer ${token}`)).toEqual({
      engine: "inngest",
      dashboardUrl: "https://app.inngest.com",
      leftBehind: { overdue: 0, leasesExpired: 0 },
    });
    expect(await getEngineForProject({ ...ctx, ...as(a, "admin"), engine: ctx.engine })).toEqual({
      kind: "inngest",
      dashboardUrl: "https://app.inngest.com",
    });
  });
});
