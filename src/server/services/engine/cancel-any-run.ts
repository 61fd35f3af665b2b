import type { ServiceContext } from "@/server/context";
import { auditInstallation } from "../account-audit";
import { cancel } from "./act-on-run";

export async function cancelAnyRun(ctx: ServiceContext, input: { runId: string }): Promise<{ id: string }> {
  const { id, entry } = await cancel(ctx, null, input);
  await auditInstallation(ctx, ctx.db, entry);
  return { id };
}
