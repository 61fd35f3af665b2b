import type { Role } from "@/domain/access";
import type { Queryable } from "@/server/db/client";

export async function roleInProject(tx: Queryable, projectId: string, userId: string): Promise<Role | null> {
  const membership = await tx.membership.findUnique({
    where: { projectId_userId: { projectId, userId } },
    select: { role: true },
  });
  return membership?.role ?? null;
}
