import type { Role } from "@/domain/access";
import type { DatabaseOrTransaction } from "@/server/db/client";

export async function readRoleInProject(
  tx: DatabaseOrTransaction,
  projectId: string,
  userId: string,
): Promise<Role | null> {
  const membership = await tx.membership.findUnique({
    where: { projectId_userId: { projectId, userId } },
    select: { role: true },
  });
  return membership?.role ?? null;
}
