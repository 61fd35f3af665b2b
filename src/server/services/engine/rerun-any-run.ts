import type { ServiceContext } from "@/server/context";
import { auditInstallationChange } from "../account-audit";
import { rerunRunOfOwners } from "./rerun-or-cancel-run";

/** Starts a failed or cancelled run of any project again, for an admin of the installation. */
export async function rerunAnyRun(ctx: ServiceContext, input: { runId: string }): Promise<{ id: string }> {
  const { id, entry } = await rerunRunOfOwners(ctx, null, input);
  await auditInstallationChange(ctx, ctx.db, entry);
  return { id };
}
