import type { Role } from "@/domain/access";
import type { ServiceContext } from "@/server/context";
import { findOpenAccessLink, makeInvalidAccessLinkError } from "./open-access-link";

export type InspectedAccessLink =
  | { kind: "INVITATION"; email: string; projectName: string; role: Role; expiresAt: Date }
  | { kind: "PASSWORD_RESET"; email: string; expiresAt: Date };

/**
 * Tells what an invitation or password-reset link is for, so that its page can say so. The answer does not reveal
 * whether the email has an account.
 */
export async function inspectAccessLink(ctx: ServiceContext, input: { token: string }): Promise<InspectedAccessLink> {
  const link = await findOpenAccessLink(ctx, ctx.db, input.token);
  const { email, expiresAt } = link;
  if (link.kind === "PASSWORD_RESET") return { kind: link.kind, email, expiresAt };
  if (!link.project || !link.role) throw makeInvalidAccessLinkError();
  return { kind: link.kind, email, expiresAt, projectName: link.project.name, role: link.role };
}
