import { z } from "zod";
import { DisplayName } from "@/domain/display-name";
import { ProjectSettings } from "@/domain/project";
import { createProject } from "@/server/services/projects/create-project";
import { getProject } from "@/server/services/projects/get-project";
import { listProjects } from "@/server/services/projects/list-projects";
import { removeProject } from "@/server/services/projects/remove-project";
import { updateProject } from "@/server/services/projects/update-project";
import { signedInProcedure, limitCallsOfPerson, projectProcedure, router } from "../init";

export const projectRouter = router({
  list: signedInProcedure.query(({ ctx }) => listProjects(ctx.base, ctx.user)),
  create: signedInProcedure
    .use(limitCallsOfPerson("project"))
    .input(z.object({ name: DisplayName }))
    .mutation(({ ctx, input }) => createProject(ctx.base, ctx.user, input)),
  get: projectProcedure.query(({ ctx }) => getProject(ctx.project)),
  update: projectProcedure
    .input(z.object({ settings: ProjectSettings.partial() }))
    .mutation(({ ctx, input }) => updateProject(ctx.project, input.settings)),
  remove: projectProcedure.mutation(({ ctx }) => removeProject(ctx.project)),
});
