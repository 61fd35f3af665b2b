import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";
import type { SignedInUser } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireMayCreateProject } from "../installation";

/**
 * Creates a project. The person who creates it becomes its owner.
 * @throws AppError FORBIDDEN or CONFLICT if the person may not create a project, or has too many
 */
export async function createProject(
  ctx: ServiceContext,
  user: SignedInUser,
  input: { name: string },
): Promise<{ id: string }> {
  await requireMayCreateProject(ctx, user);
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
    await writeAuditEntry({ ...ctx, projectId: id }, tx, {
      action: "project.create",
      targetId: id,
      summary: `Created the project “${input.name}”`,
    });
  });
  return { id };
}
