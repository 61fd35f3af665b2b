import { randomUUID } from "node:crypto";
import { verifyPassword } from "better-auth/crypto";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/** The name by which the sign-in library (better-auth) stores accounts with an email and a password. */
const PROVIDER = "credential";

/**
 * Creates a person who can sign in with an email and a password. The email must be in lower case. `hashPassword` makes
 * the hash. It takes a tenth of a second, so callers that others may wait for hash before they begin a transaction.
 */
export async function createUser(
  tx: DatabaseOrTransaction,
  input: { name: string; email: string; passwordHash: string; isInstallationAdmin?: boolean; now: Date },
): Promise<{ id: string; email: string; name: string }> {
  const id = newId("usr");
  const dates = { createdAt: input.now, updatedAt: input.now };
  const account = { id: randomUUID(), accountId: id, providerId: PROVIDER, password: input.passwordHash, ...dates };
  return tx.user.create({
    data: {
      id,
      name: input.name,
      email: input.email,
      isInstallationAdmin: input.isInstallationAdmin ?? false,
      ...dates,
      accounts: { create: account },
    },
    select: { id: true, email: true, name: true },
  });
}

/** Tells whether a text is the password of a user. */
export async function isPasswordOfUser(tx: DatabaseOrTransaction, userId: string, password: string): Promise<boolean> {
  const account = await tx.account.findFirst({ where: { userId, providerId: PROVIDER }, select: { password: true } });
  return account?.password ? verifyPassword({ hash: account.password, password }) : false;
}

/**
 * Stores the hash of a user's new password and ends all sessions of the user. The session `keepSessionId` stays.
 */
export async function setPassword(
  tx: DatabaseOrTransaction,
  input: { userId: string; passwordHash: string; keepSessionId?: string | undefined; now: Date },
): Promise<void> {
  const { userId, passwordHash: password, now } = input;
  const { count } = await tx.account.updateMany({
    where: { userId, providerId: PROVIDER },
    data: { password, updatedAt: now },
  });
  if (count === 0) {
    await tx.account.create({
      data: {
        id: randomUUID(),
        accountId: userId,
        providerId: PROVIDER,
        userId,
        password,
        createdAt: now,
        updatedAt: now,
      },
    });
  }
  await tx.session.deleteMany({
    where: { userId, ...(input.keepSessionId ? { id: { not: input.keepSessionId } } : {}) },
  });
}

/** Removes a user's password and ends all sessions of the user. Returns false if there was no password. */
export async function removePassword(tx: DatabaseOrTransaction, userId: string): Promise<boolean> {
  const { count } = await tx.account.deleteMany({ where: { userId, providerId: PROVIDER } });
  await tx.session.deleteMany({ where: { userId } });
  return count > 0;
}
