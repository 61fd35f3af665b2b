import type { ProjectSettings } from "@/domain/project";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { dropCachedStoredPartOfUnmatchedSubjects } from "../storage/cached-stored-part";
import { projectSettingsSelect } from "./get-project";

/** Changes the given settings of a project. The audit log records each setting's old and new value. */
export async function updateProject(ctx: ProjectContext, input: Partial<ProjectSettings>): Promise<void> {
  requirePermission(ctx, "retention:manage");
  await ctx.db.$transaction(async (tx) => {
    const before = await tx.project.findFirst({
      where: { id: ctx.projectId, deletedAt: null },
      select: projectSettingsSelect,
    });
    if (!before) throw makeNotFoundError("project");
    const changed = (Object.keys(projectSettingsSelect) as (keyof ProjectSettings)[]).filter(
      (key) => input[key] !== undefined && input[key] !== before[key],
    );
    if (changed.length === 0) return;
    const data = Object.fromEntries(changed.map((key) => [key, input[key]]));
    await tx.project.update({ where: { id: ctx.projectId }, data: { ...data, updatedAt: ctx.now() } });
    const summary = changed.map((key) => `${key}: ${before[key]} → ${input[key]}`).join("; ");
    await writeAuditEntry(ctx, tx, {
      action: "project.update",
      targetId: ctx.projectId,
      summary: `Changed settings: ${summary}`,
    });
  });
  dropCachedStoredPartOfUnmatchedSubjects(ctx.db, ctx.projectId);
}
