import type { ProjectContext } from "@/server/context";
import { parseUrl } from "@/domain/parse-url";
import { AppError } from "@/server/errors";
import { readUrlPort, type GuardCheckName } from "@/server/http/guard";
import { takeUsageFromPersonLimit } from "./usage-limits";
import { makeGuardPolicy } from "./webhook-policy";

/** Returns the hosts, as `host:port`, that are exempt from the guard for a project's webhooks. */
export async function listExemptWebhookHosts(ctx: ProjectContext): Promise<readonly string[]> {
  const project = await ctx.db.project.findUniqueOrThrow({ where: { id: ctx.projectId }, select: { isDemo: true } });
  return makeGuardPolicy(ctx.env, project).allowedHosts;
}

/**
 * Checks a webhook URL by the guard before it is saved or tested. A host name without an address is accepted with a
 * warning. A name of a private network gets the same warning, so that nobody learns which private names exist. A person
 * may check 60 URLs a minute.
 * @returns a warning for the person; null without one
 * @throws AppError BAD_REQUEST at the field `field` if the guard refuses the URL; TOO_MANY_REQUESTS
 */
export async function checkWebhookUrl(ctx: ProjectContext, url: string, field: string): Promise<string | null> {
  await takeUsageFromPersonLimit(ctx, "urlCheck");
  const verdict = await ctx.http.check(url, {
    allowedHosts: await listExemptWebhookHosts(ctx),
    projectId: ctx.projectId,
  });
  if (verdict.ok) return null;
  if (!verdict.final) return verdict.message;
  const message = verdict.message + exceptionHint(ctx, url, verdict.stage);
  throw new AppError("BAD_REQUEST", message, { fields: { [field]: message } });
}

/** Those checks of the guard from which WEBHOOK_ALLOWED_HOSTS can exempt a host. */
const liftable: ReadonlySet<GuardCheckName> = new Set(["https-only", "port", "name", "ip", "dns"]);

/**
 * Returns a sentence that tells an owner how to allow the refused host by WEBHOOK_ALLOWED_HOSTS. Empty for other roles,
 * and for a refusal that this variable cannot lift.
 */
function exceptionHint(ctx: ProjectContext, url: string, stage: GuardCheckName): string {
  const parsed = parseUrl(url);
  if (ctx.role !== "owner" || !liftable.has(stage) || !parsed) return "";
  const entry = `${parsed.hostname}:${readUrlPort(parsed)}`;
  return ctx.env.webhook.allowedHosts.length === 0
    ? ` If it is a receiver of your own, start the program with WEBHOOK_ALLOWED_HOSTS=${entry}`
    : ` If it is a receiver of your own, add ${entry} to WEBHOOK_ALLOWED_HOSTS and start the program again.`;
}
