import type { Role } from "@/domain/access";
import { personIdOf } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import { randomToken, sha256 } from "@/server/crypto";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/** A new link. It is shown once, because the database keeps only a hash of its token. */
export type NewAccessLink = { id: string; link: string; expiresAt: Date };

const DAY_MS = 24 * 60 * 60_000;
const VALID_MS = { INVITATION: 7 * DAY_MS, PASSWORD_RESET: DAY_MS };
const PATH = { INVITATION: "invite", PASSWORD_RESET: "reset" };

type LinkWish = { kind: keyof typeof PATH; email: string; projectId: string | null; role: Role | null };

/** Makes a link. An older open link of the same kind for the same person and project stops working. */
export async function createAccessLink(ctx: ServiceContext, tx: DatabaseOrTransaction, wish: LinkWish): Promise<NewAccessLink> {
  const now = ctx.now();
  const token = randomToken();
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
      createdById: personIdOf(ctx.actor),
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_MS[kind]),
    },
    select: { id: true, expiresAt: true },
  });
  return { ...row, link: `${ctx.env.appUrl}/${PATH[kind]}/${token}` };
}
