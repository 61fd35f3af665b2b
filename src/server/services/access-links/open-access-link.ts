import type { ServiceContext } from "@/server/context";
import { sha256 } from "@/server/crypto";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError } from "@/server/errors";

export const makeInvalidAccessLinkError = (): AppError =>
  new AppError("NOT_FOUND", "This link was used already, has run out, or was withdrawn. Ask for a new one.");

/**
 * Finds an invitation or password-reset link by its token. The link must be unused, unexpired and not revoked, and its
 * project must not be deleted.
 * @throws AppError NOT_FOUND; the message is the same whatever is wrong with the link
 */
export async function findOpenAccessLink(ctx: ServiceContext, tx: DatabaseOrTransaction, token: string) {
  const link = await tx.accessLink.findFirst({
    where: {
      tokenHash: sha256(token),
      usedAt: null,
      revokedAt: null,
      expiresAt: { gt: ctx.now() },
      OR: [{ projectId: null }, { project: { deletedAt: null } }],
    },
    select: {
      id: true,
      kind: true,
      email: true,
      role: true,
      projectId: true,
      createdById: true,
      expiresAt: true,
      project: { select: { name: true } },
    },
  });
  if (!link) throw makeInvalidAccessLinkError();
  return link;
}

/**
 * Marks an invitation or password-reset link as used. If two requests use one link at once, only one of them succeeds.
 */
export async function markAccessLinkUsed(ctx: ServiceContext, tx: DatabaseOrTransaction, id: string): Promise<void> {
  const { count } = await tx.accessLink.updateMany({
    where: { id, usedAt: null, revokedAt: null },
    data: { usedAt: ctx.now() },
  });
  if (count === 0) throw makeInvalidAccessLinkError();
}
