import { RedactionRules, type RedactionRule } from "@/domain/redaction/rules";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";

/** The redaction rules of a project. `version` counts their changes; 0 if rules were never set. */
export type ProjectRedaction = { rules: RedactionRule[]; version: number; updatedAt: Date | null };

/** Returns the redaction rules of a project, without the secret salt. */
export async function getRedaction(ctx: ProjectContext): Promise<ProjectRedaction> {
  requirePermission(ctx, "redaction:manage");
  const row = await ctx.db.redaction.findUnique({
    where: { projectId: ctx.projectId },
    select: { rules: true, version: true, updatedAt: true },
  });
  if (!row) return { rules: [], version: 0, updatedAt: null };
  return { ...row, rules: RedactionRules.parse(row.rules) };
}
