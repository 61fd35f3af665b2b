import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { takePersonLimit } from "./limits";
import { guardPolicyFor } from "./webhook-policy";

/** What the project's webhooks may call besides what everyone's may. */
export async function allowedHostsOf(ctx: ProjectContext): Promise<readonly string[]> {
  const project = await ctx.db.project.findUniqueOrThrow({ where: { id: ctx.projectId }, select: { isDemo: true } });
  return guardPolicyFor(ctx.env, project).allowedHosts;
}

/**
 * Asks the guard about a URL that is to be saved or tested. A name without an address just now is no refusal: it may be
 * on its way. Both have the same words, so that nobody learns which names of a private network exist; for the same
 * reason a person may ask 60 times a minute.
 * @returns a warning to be shown, or null
 * @throws AppError BAD_REQUEST at `field`; TOO_MANY_REQUESTS
 */
export async function checkWebhookUrl(ctx: ProjectContext, url: string, field: string): Promise<string | null> {
  await takePersonLimit(ctx, "urlCheck");
  const verdict = await ctx.http.check(url, { allowedHosts: await allowedHostsOf(ctx), projectId: ctx.projectId });
  if (verdict.ok) return null;
  if (!verdict.final) return verdict.message;
  throw new AppError("BAD_REQUEST", verdict.message, { fields: { [field]: verdict.message } });
}
