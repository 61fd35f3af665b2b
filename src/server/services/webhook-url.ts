import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { takePersonLimit } from "./limits";
import { guardPolicyFor } from "./webhook-policy";

/** The addresses that the project's webhooks may call beyond the general ones. */
export async function allowedHostsOf(ctx: ProjectContext): Promise<readonly string[]> {
  const project = await ctx.db.project.findUniqueOrThrow({ where: { id: ctx.projectId }, select: { isDemo: true } });
  return guardPolicyFor(ctx.env, project).allowedHosts;
}

/**
 * Checks a URL with the guard before it is saved or tested. A name without an address is accepted with a warning,
 * because the address may come later. A name of a private network gets the same message, so that nobody learns which
 * private names exist. For the same reason a person may check 60 URLs a minute.
 * @returns a warning for the person, or null
 * @throws AppError BAD_REQUEST at `field`; TOO_MANY_REQUESTS
 */
export async function checkWebhookUrl(ctx: ProjectContext, url: string, field: string): Promise<string | null> {
  await takePersonLimit(ctx, "urlCheck");
  const verdict = await ctx.http.check(url, { allowedHosts: await allowedHostsOf(ctx), projectId: ctx.projectId });
  if (verdict.ok) return null;
  if (!verdict.final) return verdict.message;
  throw new AppError("BAD_REQUEST", verdict.message, { fields: { [field]: verdict.message } });
}
