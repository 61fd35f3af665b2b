import { z } from "zod";
import { Role } from "@/domain/access";
import { listMembers } from "@/server/services/members/list-members";
import { removeMember } from "@/server/services/members/remove-member";
import { setMemberRole } from "@/server/services/members/set-member-role";
import { projectProcedure, router } from "../init";

const UserInput = z.object({ userId: z.string().max(100) });

export const memberRouter = router({
  list: projectProcedure.query(({ ctx }) => listMembers(ctx.project)),
  setRole: projectProcedure
    .input(UserInput.extend({ role: Role }))
    .mutation(({ ctx, input }) => setMemberRole(ctx.project, input)),
  // Every member may leave a project. The service requires a permission to remove another member.
  remove: projectProcedure.input(UserInput).mutation(({ ctx, input }) => removeMember(ctx.project, input)),
});
