import type { ServiceContext } from "@/server/context";
import { type AuditEntry, listAuditEntries } from "./list-audit-entries";
import { type Page, PAGE_SIZE_DEFAULT } from "./keyset";

/** Lists account events of the whole installation, and sign-ins with unknown emails, newest first. */
export async function listAccountAudit(
  ctx: ServiceContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<AuditEntry>> {
  return listAuditEntries(ctx, { projectId: null }, { cursor: input.cursor, limit: input.limit ?? PAGE_SIZE_DEFAULT });
}
