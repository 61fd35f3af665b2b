import { z } from "zod";
import { PageInput } from "@/server/services/keyset";
import { listVersions } from "@/server/services/versions/list-versions";
import { restoreConfigurationVersion } from "@/server/services/restore-configuration-version";
import { projectProcedure, router } from "../init";

const Target = z.object({ kind: z.enum(["trigger", "action"]), targetId: z.string().min(1).max(100) });

export const versionRouter = router({
  list: projectProcedure
    .input(PageInput.extend(Target.shape))
    .query(({ ctx, input }) => listVersions(ctx.project, input)),
  // The service checks the permission to change what is restored: a trigger or an action.
  restore: projectProcedure
    .input(Target.extend({ version: z.number().int().min(1), currentVersion: z.number().int().min(1) }))
    .mutation(({ ctx, input }) => restoreConfigurationVersion(ctx.project, input)),
});
