import { listAuditOutsideProjects } from "@/server/services/list-audit-outside-projects";
import { cancelAnyRun } from "@/server/services/engine/cancel-any-run";
import { rerunAnyRun } from "@/server/services/engine/rerun-any-run";
import { getEngineOverview } from "@/server/services/engine/get-engine-overview";
import { getRunOfOwners } from "@/server/services/engine/get-run";
import { listRunsVisibleToOwners } from "@/server/services/engine/list-project-runs";
import { requireInstallationAdmin } from "@/server/services/installation";
import { PageInput } from "@/server/services/keyset";
import { signedInProcedure, router } from "../init";
import { RunId, RunFilter } from "./engine";

/** The base of procedures for admins of the installation. An admin has no permission inside a project from that. */
const adminProcedure = signedInProcedure.use(async ({ ctx, next }) => {
  await requireInstallationAdmin(ctx.base, ctx.user);
  return next();
});

export const installationRouter = router({
  engine: adminProcedure.query(({ ctx }) => getEngineOverview(ctx.base)),
  runs: adminProcedure
    .input(PageInput.extend(RunFilter))
    .query(({ ctx, input }) => listRunsVisibleToOwners(ctx.base, null, input)),
  run: adminProcedure.input(RunId).query(({ ctx, input }) => getRunOfOwners(ctx.base, null, input)),
  rerun: adminProcedure.input(RunId).mutation(({ ctx, input }) => rerunAnyRun(ctx.base, input)),
  cancel: adminProcedure.input(RunId).mutation(({ ctx, input }) => cancelAnyRun(ctx.base, input)),
  audit: adminProcedure.input(PageInput).query(({ ctx, input }) => listAuditOutsideProjects(ctx.base, input)),
});
