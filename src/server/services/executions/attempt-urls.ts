import { z } from "zod";
import { StoredWebhookUrl } from "@/domain/action/webhook/url";
import type { AttemptRequestRecord } from "@/domain/execution-record";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "../access";
import { showUrlToReader } from "../show-url-to-reader";

const Snapshot = z.object({ configuration: z.object({ url: StoredWebhookUrl }) });

/**
 * Reads the whole URLs of recorded attempts. An attempt's row has a masked URL. The stored version of the action has
 * the whole URL, encrypted.
 * @returns a function that puts the whole URL into a request, if the reader has the permission `secret:manage` and the
 * version is still stored
 */
export async function makeAttemptUrlFiller(
  ctx: ProjectContext,
  { actionId, requests }: { actionId: string; requests: readonly AttemptRequestRecord[] },
): Promise<(request: AttemptRequestRecord) => AttemptRequestRecord> {
  const versions = [...new Set(requests.flatMap((request) => versionOf(request) ?? []))];
  if (!hasPermission(ctx, "secret:manage") || versions.length === 0) return (request) => request;
  const rows = await ctx.db.configurationVersion.findMany({
    where: { projectId: ctx.projectId, targetId: actionId, version: { in: versions } },
    select: { version: true, snapshot: true },
  });
  const urls = new Map<number | undefined, string>();
  for (const { version, snapshot } of rows) {
    const kept = Snapshot.safeParse(snapshot);
    if (kept.success) urls.set(version, showUrlToReader(ctx, kept.data.configuration.url));
  }
  return (request) => {
    const url = urls.get(versionOf(request));
    return url !== undefined && "url" in request ? { ...request, url } : request;
  };
}

const versionOf = (request: AttemptRequestRecord): number | undefined =>
  "actionVersion" in request ? request.actionVersion : undefined;
