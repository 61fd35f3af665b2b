import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { rerunRunOfOwners } from "./rerun-or-cancel-run";

/** Starts a failed or cancelled run of the project again: a new run gets the same events. */
export async function rerunRun(ctx: ProjectContext, input: { runId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "engine:read");
  const { id, entry } = await rerunRunOfOwners(ctx, [ctx.projectId], input);
  await writeAuditEntry(ctx, ctx.db, entry);
  return { id };
}
