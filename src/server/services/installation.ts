import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "./access";
import { auditAccountChange } from "./account-audit";

/**
 * Tells whether a person is an admin of the installation. Each call reads the database, so that a change has effect at
 * once.
 */
export async function isInstallationAdmin(ctx: Pick<ServiceContext, "db">, userId: string): Promise<boolean> {
  const user = await ctx.db.user.findUnique({ where: { id: userId }, select: { isInstallationAdmin: true } });
  return user?.isInstallationAdmin ?? false;
}

/**
 * Throws if a person is no admin of the installation.
 * @throws AppError FORBIDDEN; with a message that says how a person becomes an admin
 */
export async function requireInstallationAdmin(ctx: ServiceContext, user: SignedInUser): Promise<void> {
  if (await isInstallationAdmin(ctx, user.id)) return;
  throw new AppError(
    "FORBIDDEN",
    "Only admins of this installation may do this. Whoever runs it makes one: npm run make-admin -- <email>.",
  );
}

/** Makes a person an admin of the whole installation. The person gets no permission inside projects by that. */
export async function makeInstallationAdmin(ctx: ServiceContext, input: { email: string }): Promise<{ email: string }> {
  const email = input.email.trim().toLowerCase();
  await ctx.db.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { email }, select: { id: true, isInstallationAdmin: true } });
    if (!user) throw new AppError("NOT_FOUND", `Nobody here has the email ${email}.`);
    if (user.isInstallationAdmin) return;
    await tx.user.update({
      where: { id: user.id },
      data: { isInstallationAdmin: true, updatedAt: ctx.now() },
      select: { id: true },
    });
    await auditAccountChange(ctx, tx, {
      user: { id: user.id, email },
      action: "account.makeAdmin",
      summary: `Made ${email} an admin of the installation.`,
      actorLabel: ctx.actor.label,
    });
  });
  return { email };
}

/**
 * Checks that a person may create one more project.
 * @throws AppError FORBIDDEN if only admins of the installation may create projects; CONFLICT if the person has created
 * PROJECTS_PER_PERSON_MAX projects that still exist
 */
export async function requireMayCreateProject(ctx: ServiceContext, user: SignedInUser): Promise<void> {
  const { creation, perPersonMax } = ctx.env.projects;
  if (creation === "admins" && !(await isInstallationAdmin(ctx, user.id)))
    throw new AppError("FORBIDDEN", "Only admins of this installation may create projects. Ask one of them.");
  const made = await ctx.db.project.count({ where: { createdById: user.id, deletedAt: null } });
  if (made >= perPersonMax)
    throw new AppError(
      "CONFLICT",
      `You have made ${made} projects, and one person may make ${perPersonMax}. Delete one that is not used any more.`,
    );
}
