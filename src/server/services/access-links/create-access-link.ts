import type { Role } from "@/domain/access";
import { readPersonIdOfActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import { makeRandomToken, sha256 } from "@/server/crypto";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/**
 * A new invitation or password-reset link. Only this answer and its email hold the URL. The link's row has a hash of
 * the token.
 */
export type NewAccessLink = { id: string; link: string; expiresAt: Date };

const DAY_MS = 24 * 60 * 60_000;
const VALID_MS = { INVITATION: 7 * DAY_MS, PASSWORD_RESET: DAY_MS };
const PATH = { INVITATION: "invite", PASSWORD_RESET: "reset" };

type LinkWish = { kind: keyof typeof PATH; email: string; projectId: string | null; role: Role | null };

/**
 * Makes an invitation or password-reset link. It revokes earlier unused links: invitations of the same email to the
 * same project, or all password resets of the same email.
 */
export async function createAccessLink(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  wish: LinkWish,
): Promise<NewAccessLink> {
  const now = ctx.now();
  const token = makeRandomToken();
  const { kind, email, projectId } = wish;
  await tx.accessLink.updateMany({
    where: { kind, email, usedAt: null, revokedAt: null, ...(kind === "INVITATION" ? { projectId } : {}) },
    data: { revokedAt: now },
  });
  const row = await tx.accessLink.create({
    data: {
      ...wish,
      id: newId("lnk"),
      tokenHash: sha256(token),
      createdById: readPersonIdOfActor(ctx.actor),
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_MS[kind]),
    },
    select: { id: true, expiresAt: true },
  });
  return { ...row, link: `${ctx.env.appUrl}/${PATH[kind]}/${token}` };
}
