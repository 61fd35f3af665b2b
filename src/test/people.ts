import { hashPassword } from "better-auth/crypto";
import type { Role } from "@/domain/access";
import { appRouter } from "@/server/api/root";
import { createCallerFactory } from "@/server/api/init";
import type { ServiceContext } from "@/server/context";
import type { SignedInUser } from "@/server/services/access";
import { createUser } from "@/server/services/users";

export const TEST_PASSWORD = "correct horse battery";

let counter = 0;
let testPasswordHash: Promise<string> | undefined;

/** Returns a hash of `TEST_PASSWORD`. All accounts share it, because a new hash takes a tenth of a second. */
export const getTestPasswordHash = (): Promise<string> => (testPasswordHash ??= hashPassword(TEST_PASSWORD));

/** Makes an account with a role in each of these projects. */
export async function makeUser(
  ctx: ServiceContext,
  roles: Record<string, Role> = {},
  email = `person-${++counter}@example.com`,
): Promise<SignedInUser> {
  const passwordHash = await getTestPasswordHash();
  const user = await createUser(ctx.db, { name: `Person ${email}`, email, passwordHash, now: ctx.now() });
  await ctx.db.membership.createMany({
    data: Object.entries(roles).map(([projectId, role]) => ({ projectId, role, userId: user.id })),
  });
  return user;
}

const createCaller = createCallerFactory(appRouter);

/** Calls the API as this user's browser does; null: nobody is signed in. */
export const callerOf = (ctx: ServiceContext, user: SignedInUser | null) =>
  createCaller({ base: ctx, user, headers: new Headers() });
