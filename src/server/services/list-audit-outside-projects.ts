import type { ServiceContext } from "@/server/context";
import { type AuditEntry, listAuditEntries } from "./list-audit-entries";
import { type Page, PAGE_SIZE_DEFAULT } from "./keyset";

/**
 * Lists audit entries that belong to no project: changes of accounts and of the installation, and failed sign-ins;
 * newest first.
 */
export async function listAuditOutsideProjects(
  ctx: ServiceContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<AuditEntry>> {
  return listAuditEntries(ctx, { projectId: null }, { cursor: input.cursor, limit: input.limit ?? PAGE_SIZE_DEFAULT });
}
