import { permissions, type Permission, type Role } from "@/domain/access";
import type { ProjectSettings } from "@/domain/project";
import { UnmatchedStorage, type StoredPart } from "@/domain/unmatched-storage";
import type { ProjectContext, ServiceContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { hasPermission, requirePermission, type SignedInUser } from "./access";
import { audit } from "./audit";
import { requestEnding, startEnding } from "./jobs/end-waiting";
import { forgetStoredPart, storedPartOf } from "./storage/stored-part";
import { requireMayMakeProject } from "./installation";

export type ProjectSummary = { id: string; name: string; isDemo: boolean; role: Role };
export type ProjectDetail = ProjectSettings & {
  id: string;
  isDemo: boolean;
  role: Role;
  permissions: Permission[];
  createdAt: Date;
  /** the part that is stored at present of subjects that no trigger matched */
  storedPart: StoredPart;
};

const settingsSelect = {
  name: true,
  viewersSeeBodies: true,
  observationRetentionDays: true,
  revisionRetentionDays: true,
  rejectedRetentionDays: true,
  bodyRetentionDays: true,
  executionRetentionDays: true,
  unmatchedStorage: true,
} as const;

/** Lists the projects of a person, by name. */
export async function listProjects(ctx: ServiceContext, user: Pick<SignedInUser, "id">): Promise<ProjectSummary[]> {
  const rows = await ctx.db.membership.findMany({
    where: { userId: user.id, project: { deletedAt: null } },
    orderBy: [{ project: { name: "asc" } }, { projectId: "asc" }],
    select: { role: true, project: { select: { id: true, name: true, isDemo: true } } },
  });
  return rows.map(({ role, project }) => ({ ...project, role }));
}

/**
 * Makes a project, and its owner is the actor.
 * @throws AppError FORBIDDEN or CONFLICT if this person may make no more projects
 */
export async function createProject(
  ctx: ServiceContext,
  user: SignedInUser,
  input: { name: string },
): Promise<{ id: string }> {
  await requireMayMakeProject(ctx, user);
  const now = ctx.now();
  const id = newId("prj");
  await ctx.db.$transaction(async (tx) => {
    await tx.project.create({
      data: {
        id,
        name: input.name,
        createdById: user.id,
        createdAt: now,
        memberships: { create: { userId: user.id, role: "owner", createdAt: now } },
      },
    });
    await audit({ ...ctx, projectId: id }, tx, {
      action: "project.create",
      targetId: id,
      summary: `Created the project “${input.name}”`,
    });
  });
  return { id };
}

/** Returns a project with its settings, and the reader's permissions in it. */
export async function getProject(ctx: ProjectContext): Promise<ProjectDetail> {
  requirePermission(ctx, "project:read");
  const project = await ctx.db.project.findFirst({
    where: { id: ctx.projectId, deletedAt: null },
    select: { id: true, isDemo: true, createdAt: true, ...settingsSelect },
  });
  if (!project) throw notFound("project");
  const role = ctx.role ?? "owner";
  return {
    ...project,
    unmatchedStorage: UnmatchedStorage.parse(project.unmatchedStorage),
    storedPart: await storedPartOf(ctx, ctx.projectId),
    role,
    permissions: permissions.filter((permission) => hasPermission(ctx, permission)),
  };
}

/** Changes the given settings of a project. The audit log names the changes. */
export async function updateProject(ctx: ProjectContext, input: Partial<ProjectSettings>): Promise<void> {
  requirePermission(ctx, "retention:manage");
  await ctx.db.$transaction(async (tx) => {
    const before = await tx.project.findFirst({
      where: { id: ctx.projectId, deletedAt: null },
      select: settingsSelect,
    });
    if (!before) throw notFound("project");
    const changed = (Object.keys(settingsSelect) as (keyof ProjectSettings)[]).filter(
      (key) => input[key] !== undefined && input[key] !== before[key],
    );
    if (changed.length === 0) return;
    const data = Object.fromEntries(changed.map((key) => [key, input[key]]));
    await tx.project.update({ where: { id: ctx.projectId }, data: { ...data, updatedAt: ctx.now() } });
    const summary = changed.map((key) => `${key}: ${before[key]} → ${input[key]}`).join("; ");
    await audit(ctx, tx, {
      action: "project.update",
      targetId: ctx.projectId,
      summary: `Changed settings: ${summary}`,
    });
  });
  forgetStoredPart(ctx.db, ctx.projectId);
}

/**
 * Marks a project as deleted. Nobody reaches it any more, its keys are refused, and its waiting executions are
 * cancelled. Requests on the wire end, and no further attempt follows.
 */
export async function removeProject(ctx: ProjectContext): Promise<void> {
  requirePermission(ctx, "project:delete");
  const now = ctx.now();
  const ending = await ctx.db.$transaction(async (tx) => {
    // Locks in the order triggers, actions, project, as a change of a trigger or an action takes them.
    await tx.$queryRaw`SELECT 1 FROM trigger_configuration WHERE project_id = ${ctx.projectId} AND deleted_at IS NULL
      ORDER BY id FOR NO KEY UPDATE`;
    await tx.$queryRaw`SELECT 1 FROM action_configuration WHERE project_id = ${ctx.projectId} AND deleted_at IS NULL
      ORDER BY id FOR NO KEY UPDATE`;
    const open = { where: { projectId: ctx.projectId, deletedAt: null }, data: { deletedAt: now } };
    const { count } = await tx.project.updateMany({
      where: { id: ctx.projectId, deletedAt: null },
      data: { deletedAt: now },
    });
    if (count === 0) throw notFound("project");
    await tx.triggerConfiguration.updateMany(open);
    await tx.actionConfiguration.updateMany(open);
    await tx.accessLink.updateMany({
      where: { projectId: ctx.projectId, usedAt: null, revokedAt: null },
      data: { revokedAt: now },
    });
    await audit(ctx, tx, { action: "project.remove", targetId: ctx.projectId, summary: "Deleted the project" });
    return startEnding(ctx, tx, { of: "project", id: ctx.projectId, why: "deleted", at: now });
  });
  await requestEnding(ctx, [ending.job]);
}
