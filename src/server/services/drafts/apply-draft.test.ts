import { beforeEach, expect, onTestFinished, test } from "vitest";
import { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { levelIs, makeAction, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { applyDraft } from "./apply-draft";
import { proposeTrigger } from "./propose-trigger";

const { ctx, receiver } = useTestContext();
let project: ProjectContext;
let draftId: string;

beforeEach(async () => {
  const { id: projectId } = await makeProject(ctx);
  project = makeSystemProjectContext(ctx, projectId);
  const { id: actionId } = await makeAction(ctx, projectId, receiver.url("200"));
  const trigger = TriggerInput.parse({
    ...{ name: "Proposed", eventSource: "observation.created", filter: levelIs("ERROR"), actionIds: [actionId] },
  });
  draftId = (await proposeTrigger(project, { trigger, reason: "" })).id;
});

const triggers = (): Promise<number> =>
  ctx.db.triggerConfiguration.count({ where: { projectId: project.projectId, deletedAt: null } });

test("a draft whose last write fails is open, without its trigger, and can be applied later", async () => {
  await ctx.db.$executeRawUnsafe(
    "CREATE FUNCTION refuse_draft() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$",
  );
  await ctx.db.$executeRawUnsafe(
    `CREATE TRIGGER refuse BEFORE UPDATE ON trigger_draft FOR EACH ROW WHEN (NEW.applied_to IS NOT NULL)
      EXECUTE FUNCTION refuse_draft()`,
  );
  const mend = () => ctx.db.$executeRawUnsafe("DROP FUNCTION IF EXISTS refuse_draft CASCADE");
  onTestFinished(async () => void (await mend()));
  await expect(applyDraft(project, { draftId })).rejects.toThrow("refused");
  expect(await triggers()).toBe(0);
  expect(await ctx.db.triggerDraft.findUniqueOrThrow({ where: { id: draftId } })).toMatchObject({ appliedAt: null });
  await mend();
  const { triggerId } = await applyDraft(project, { draftId });
  expect(await ctx.db.triggerDraft.findUniqueOrThrow({ where: { id: draftId } })).toMatchObject({
    appliedTo: triggerId,
  });
  expect(await triggers()).toBe(1);
});

test("a draft that three people apply at once makes one trigger", async () => {
  const results = await Promise.allSettled([1, 2, 3].map(() => applyDraft(project, { draftId })));
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(await triggers()).toBe(1);
});
