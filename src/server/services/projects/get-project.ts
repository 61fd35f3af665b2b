import { type Permission, permissions, type Role } from "@/domain/access";
import type { ProjectSettings } from "@/domain/project";
import { type UnmatchedStorageLevel, UnmatchedStorage } from "@/domain/unmatched-storage";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { getCachedStoredPartOfUnmatchedSubjects } from "../storage/cached-stored-part";

export type ProjectDetail = ProjectSettings & {
  id: string;
  isDemo: boolean;
  role: Role;
  permissions: Permission[];
  createdAt: Date;
  /** the part of an unmatched subject that is stored now; for `auto`, the last hour's event rate decides */
  storedPart: UnmatchedStorageLevel;
};

export const projectSettingsSelect = {
  name: true,
  viewersSeeBodies: true,
  observationRetentionDays: true,
  revisionRetentionDays: true,
  rejectedRetentionDays: true,
  bodyRetentionDays: true,
  executionRetentionDays: true,
  unmatchedStorage: true,
} as const;

/** Returns a project with its settings, and the reader's permissions in it. */
export async function getProject(ctx: ProjectContext): Promise<ProjectDetail> {
  requirePermission(ctx, "project:read");
  const project = await ctx.db.project.findFirst({
    where: { id: ctx.projectId, deletedAt: null },
    select: { id: true, isDemo: true, createdAt: true, ...projectSettingsSelect },
  });
  if (!project) throw makeNotFoundError("project");
  const role = ctx.role ?? "owner";
  return {
    ...project,
    unmatchedStorage: UnmatchedStorage.parse(project.unmatchedStorage),
    storedPart: await getCachedStoredPartOfUnmatchedSubjects(ctx, ctx.projectId),
    role,
    permissions: permissions.filter((permission) => hasPermission(ctx, permission)),
  };
}
