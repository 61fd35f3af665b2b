import pg from "pg";
import { expect, test } from "vitest";
import { createTestApp, TestClock } from "@/server/engine/testing";
import { queueEmail } from "@/server/services/email/queue-email";
import { testDependencies } from "@/test/dependencies";
import { makeAction, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeFindNoticesFunction, makeSendEmailsFunction } from "./email-notices";

const { ctx, database, receiver } = useTestContext();

test("a mail server that never answers delays no notice", async () => {
  let giveUp = (): void => undefined;
  const silence = new Promise<never>((_, refuse) => (giveUp = () => refuse(new Error("the test is over"))));
  let asked = 0;
  const hang = (): Promise<never> => {
    asked += 1;
    return silence;
  };
  ctx.mail = { check: hang, send: hang };
  const content = { subject: "Hello", text: "Hello", unsubscribe: null };
  await queueEmail(ctx, ctx.db, { recipient: "ada@example.com", content });

  const app = createTestApp();
  const clock = new TestClock();
  const pool = new pg.Pool({ connectionString: database.connectionString, max: 4 });
  pool.on("error", () => undefined);
  const dependencies = testDependencies(ctx);
  const functions = [
    makeFindNoticesFunction(app.client, dependencies),
    makeSendEmailsFunction(app.client, dependencies),
  ];
  const engine = app.engine({ pool, url: database.connectionString }, functions, { clock });
  await engine.migrate();
  await engine.start();
  clock.advance(60_000);
  await expect.poll(() => asked).toBe(1);

  const { id: projectId } = await makeProject(ctx);
  const { id } = await makeAction(ctx, projectId, receiver.url("410"));
  await ctx.db.actionConfiguration.update({
    where: { id },
    data: { disabledAt: ctx.now(), disabledReason: "Its endpoint answered 410 Gone.", disabledByProgram: true },
  });
  clock.advance(60_000);
  await expect.poll(() => ctx.db.notice.count({ where: { subjectId: id } })).toBe(1);
  expect(asked).toBe(1);

  giveUp();
  await engine.stop();
  await pool.end();
});
