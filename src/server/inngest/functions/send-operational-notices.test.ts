import pg from "pg";
import { expect, test } from "vitest";
import { createTestApp } from "@/server/engine/testing";
import { setOperationalWebhook } from "@/server/services/operational-webhook/set-operational-webhook";
import { createLostWorkWatch } from "@/server/services/lost-work-watch";
import { testDependencies } from "@/test/dependencies";
import { makeAction, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSendOperationalNoticesFunction } from "./send-operational-notices";

const { ctx, database, receiver } = useTestContext();

/** A project with an operational webhook at this URL and one due notice. */
async function projectToldAt(url: string, noticeId: string): Promise<string> {
  const { id: projectId } = await makeProject(ctx);
  const project = { ...ctx, projectId, role: null, viewersSeeBodies: true };
  await setOperationalWebhook(project, { url });
  const { id: actionId } = await makeAction(ctx, projectId, receiver.url("200"));
  await ctx.db.operationalNotice.create({
    data: { id: noticeId, projectId, actionId, type: "endpoint.failing", body: "{}", dueAt: ctx.now() },
  });
  return projectId;
}
const statusOf = async (id: string) => (await ctx.db.operationalNotice.findUniqueOrThrow({ where: { id } })).status;

test("a webhook that never answers delays neither the watch nor another project's notices", async () => {
  const app = createTestApp();
  const pool = new pg.Pool({ connectionString: database.connectionString, max: 4 });
  pool.on("error", () => undefined);
  const engine = app.engine({ pool, url: database.connectionString }, [
    makeSendOperationalNoticesFunction(app.client, testDependencies(ctx)),
  ]);
  await engine.migrate();
  await engine.start();
  const running = {
    ...ctx,
    send: async (events: Parameters<typeof ctx.send>[0]) => void (await engine.ingest(events)),
  };

  await projectToldAt(receiver.url("never"), "ntc_dead");
  await createLostWorkWatch(running).look();
  await receiver.waitFor(({ path }) => path === "/never");
  await projectToldAt(receiver.url("200", "told"), "ntc_good");
  await createLostWorkWatch(running).look();
  await receiver.waitFor(({ path }) => path === "/200/told");
  await expect.poll(() => statusOf("ntc_good")).toBe("sent");
  expect(await statusOf("ntc_dead")).toBe("waiting");
  expect(receiver.requests.map(({ path }) => path)).toEqual(["/never", "/200/told"]);

  await ctx.http.close();
  await engine.stop();
  await pool.end();
});

test("due notices of a project ask for one wake a minute, and later notices for another", async () => {
  await ctx.db.operationalNotice.deleteMany();
  const projectId = await projectToldAt(receiver.url("200"), "ntc_1");
  const wakes = async () => {
    ctx.sent.length = 0;
    await createLostWorkWatch(ctx).look();
    return ctx.sent.filter(({ name }) => name === "action/notices.due");
  };
  const [first] = await wakes();
  expect(first).toMatchObject({ data: { projectId } });
  expect(await wakes()).toEqual([first]);
  ctx.clock.advance(60_000);
  expect((await wakes()).map(({ id }) => id)).not.toEqual([first!.id]);
  await ctx.db.operationalNotice.updateMany({ data: { dueAt: new Date(ctx.now().getTime() + 1) } });
  expect(await wakes()).toEqual([]);
});
