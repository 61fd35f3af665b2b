import { Prisma } from "@/generated/prisma/client";
import type { ResendFilter } from "./params";

/** The filter in SQL, over `action_execution AS e`. */
export function whereOf(
  projectId: string,
  { triggerId, actionId, sourceId, from, to, status }: ResendFilter,
): Prisma.Sql {
  const parts = [Prisma.sql`e.project_id = ${projectId}`, Prisma.sql`e.status = ANY(${status}::execution_status[])`];
  if (triggerId) parts.push(Prisma.sql`e.trigger_id = ${triggerId}`);
  if (actionId) parts.push(Prisma.sql`e.action_id = ${actionId}`);
  if (sourceId) parts.push(Prisma.sql`e.source_id = ${sourceId}`);
  if (from) parts.push(Prisma.sql`e.created_at >= ${from}`);
  if (to) parts.push(Prisma.sql`e.created_at < ${to}`);
  return Prisma.join(parts, " AND ");
}

/**
 * Whether an execution can be sent again: it has a body, and its action is neither deleted nor off. The rows are joined
 * with `action_configuration AS a`.
 */
export const canBeSent = Prisma.sql`e.input IS NOT NULL AND a.deleted_at IS NULL AND a.disabled_at IS NULL`;
