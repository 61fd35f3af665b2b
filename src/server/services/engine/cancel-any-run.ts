import type { ServiceContext } from "@/server/context";
import { auditInstallationChange } from "../account-audit";
import { cancelRunOfOwners } from "./rerun-or-cancel-run";

export async function cancelAnyRun(ctx: ServiceContext, input: { runId: string }): Promise<{ id: string }> {
  const { id, entry } = await cancelRunOfOwners(ctx, null, input);
  await auditInstallationChange(ctx, ctx.db, entry);
  return { id };
}
