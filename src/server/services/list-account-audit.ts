import type { ServiceContext } from "@/server/context";
import { type AuditEntry, auditPage } from "./audit-page";
import { type Page, PAGE_SIZE } from "./keyset";

/** Lists account events of the whole installation, and sign-ins with unknown emails, newest first. */
export async function listAccountAudit(
  ctx: ServiceContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<AuditEntry>> {
  return auditPage(ctx, { projectId: null }, { cursor: input.cursor, limit: input.limit ?? PAGE_SIZE });
}
