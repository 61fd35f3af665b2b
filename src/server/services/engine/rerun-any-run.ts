import type { ServiceContext } from "@/server/context";
import { auditInstallation } from "../account-audit";
import { rerun } from "./act-on-run";

/** Runs a run again that may belong to any project, or to none. For an admin of the installation. */
export async function rerunAnyRun(ctx: ServiceContext, input: { runId: string }): Promise<{ id: string }> {
  const { id, entry } = await rerun(ctx, null, input);
  await auditInstallation(ctx, ctx.db, entry);
  return { id };
}
