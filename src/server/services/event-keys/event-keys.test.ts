import { beforeEach, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { authenticateEventKey } from "./authenticate-event-key";
import { createEventKey } from "./create-event-key";
import { listEventKeys } from "./list-event-keys";
import { restoreEventKey } from "./restore-event-key";
import { revokeEventKey } from "./revoke-event-key";

const { ctx } = useTestContext();
let project: ProjectContext;

beforeEach(async () => void (project = makeSystemProjectContext(ctx, (await makeProject(ctx)).id)));

test("a key is shown once, stored as a hash, and identifies its project", async () => {
  const { id, key } = await createEventKey(project, { name: "Backend" });
  expect(key).toMatch(/^tsk_[\w-]{43}$/);
  expect(await authenticateEventKey(ctx, key)).toEqual({
    projectId: project.projectId,
    keyId: id,
    llmSpansOnly: false,
  });
  expect((await listEventKeys(project, { limit: 50 })).items).toMatchObject([
    { id, name: "Backend", last4: key.slice(-4), revokedAt: null },
  ]);
  expect(JSON.stringify([await ctx.db.eventKey.findMany(), await ctx.db.auditLog.findMany()])).not.toContain(key);
});

test("a key that was revoked is refused at once; a wrong or absurd one always", async () => {
  const { id, key } = await createEventKey(project, { name: "Backend" });
  expect(await authenticateEventKey(ctx, key)).not.toBeNull();
  await revokeEventKey(project, { id });
  expect(await authenticateEventKey(ctx, key)).toBeNull();
  for (const wrong of ["", "tsk_", `${key}x`, "x".repeat(100_000)])
    expect(await authenticateEventKey(ctx, wrong)).toBeNull();
});

test("a key that was revoked by mistake is brought back within ten minutes, and not later", async () => {
  const { id, key } = await createEventKey(project, { name: "Backend" });
  await revokeEventKey(project, { id });
  ctx.clock.advance(9 * 60_000);
  await restoreEventKey(project, { id });
  expect(await authenticateEventKey(ctx, key)).not.toBeNull();
  await revokeEventKey(project, { id });
  ctx.clock.advance(11 * 60_000);
  await expect(restoreEventKey(project, { id })).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await authenticateEventKey(ctx, key)).toBeNull();
});

test("another process learns of a revoked key, and of a deleted project, within a second", async () => {
  const { id, key } = await createEventKey(project, { name: "Backend" });
  expect(await authenticateEventKey(ctx, key)).not.toBeNull();
  await ctx.db.project.update({ where: { id: project.projectId }, data: { deletedAt: ctx.now() } });
  ctx.clock.advance(1_000);
  for (const _again of [1, 2])
    await expect(authenticateEventKey(ctx, key)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await revokeEventKey(project, { id });
  expect(await authenticateEventKey(ctx, key)).toBeNull();
});

test("the last use is written at most once a minute", async () => {
  const { id, key } = await createEventKey(project, { name: "Backend" });
  const lastUse = async () => (await ctx.db.eventKey.findUniqueOrThrow({ where: { id } })).lastUsedAt;
  const first = ctx.now();
  await authenticateEventKey(ctx, key);
  expect(await lastUse()).toEqual(first);
  ctx.clock.advance(59_000);
  await authenticateEventKey(ctx, key);
  expect(await lastUse()).toEqual(first);
  ctx.clock.advance(2_000);
  await authenticateEventKey(ctx, key);
  expect(await lastUse()).toEqual(ctx.now());
});
