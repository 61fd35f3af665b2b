import type { ParsedConfiguration } from "@/domain/action/action-type";
import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import type { EndpointLimits } from "@/domain/endpoint-pace";
import type { ServiceContext } from "@/server/context";
import {
  endpointHealthColumnsSql,
  toEndpointHealth,
  type EndpointHealthRow,
  type EndpointHealthWithRevision,
} from "./endpoint-health";
import type { ActionForDelivery } from "./types";

type Row = EndpointHealthRow & {
  actionId: string;
  type: string;
  configuration: unknown;
  version: number;
  isDemo: boolean;
  isOff: boolean;
  isPaused: boolean;
  ciphertexts: string[];
};

export type ActionWithEndpointHealth = { action: ActionForDelivery; health: EndpointHealthWithRevision };

/**
 * Loads actions of a project with their signing secrets and their endpoints' health, in one query. The secrets include
 * replaced ones whose grace period has not ended.
 * @returns the actions in the order of the ids; null if the project has no such action, or if the action never had a
 * wake
 */
export async function loadActionsForDelivery(
  ctx: ServiceContext,
  projectId: string,
  actionIds: readonly string[],
): Promise<(ActionWithEndpointHealth | null)[]> {
  const rows = await ctx.db.$queryRaw<Row[]>`/* prepared */
    SELECT a.id AS "actionId", a.type, a.configuration, a.version, p.is_demo AS "isDemo",
      a.paused_at IS NOT NULL AS "isPaused",
      (a.disabled_at IS NOT NULL OR a.deleted_at IS NOT NULL OR p.deleted_at IS NOT NULL) AS "isOff",
      (SELECT coalesce(json_agg(s.ciphertext ORDER BY s.created_at DESC), '[]') FROM action_secret s
        WHERE s.action_id = a.id AND (s.expires_at IS NULL OR s.expires_at > ${ctx.now()})) AS ciphertexts,
      ${endpointHealthColumnsSql}
    FROM action_configuration a JOIN project p ON p.id = a.project_id JOIN action_health h ON h.action_id = a.id
    WHERE a.id = ANY(${[...actionIds]}::text[]) AND a.project_id = ${projectId}`;
  const loaded = new Map(rows.map((row) => [row.actionId, toAction(ctx, projectId, row)]));
  return actionIds.map((id) => loaded.get(id) ?? null);
}

function toAction(ctx: ServiceContext, projectId: string, row: Row): ActionWithEndpointHealth {
  const { actionId, type, configuration, version, isDemo } = row;
  return {
    action: {
      projectId,
      actionId,
      configuration: readStoredConfiguration(type, configuration),
      version,
      isDemo,
      stopped: row.isOff ? "off or deleted" : row.isPaused ? "paused" : null,
      secrets: decryptAll(ctx, actionId, row.ciphertexts),
      decrypt: remembering(ctx.cipher.decrypt),
    },
    health: toEndpointHealth(row),
  };
}

function remembering(decrypt: (ciphertext: string) => string): (ciphertext: string) => string {
  const known = new Map<string, string>();
  return (ciphertext) => {
    const plain = known.get(ciphertext) ?? decrypt(ciphertext);
    known.set(ciphertext, plain);
    return plain;
  };
}

function decryptAll(ctx: ServiceContext, actionId: string, ciphertexts: readonly string[]): string[] | null {
  try {
    return ciphertexts.map((ciphertext) => ctx.cipher.decrypt(ciphertext));
  } catch (error) {
    ctx.log.error({ err: error, actionId }, "a signing secret cannot be decrypted");
    return null;
  }
}

/**
 * Returns the limits of an action: its most concurrent requests, and its most requests in a second. An unreadable
 * configuration allows one request at a time.
 */
export const readActionLimits = (read: ParsedConfiguration): EndpointLimits =>
  read.problem === null ? read.configuration.limits : { maxConcurrent: 1, maxPerSecond: null };
