import type { ServiceContext } from "@/server/context";
import type { SignedInUser } from "../access";
import { isInstallationAdmin } from "../installation";
import { listProjects, type ProjectSummary } from "../projects/list-projects";

export type OwnAccount = {
  id: string;
  name: string;
  email: string;
  isInstallationAdmin: boolean;
  projects: ProjectSummary[];
};

/** Returns the signed-in person and their projects. */
export async function getOwnAccount(ctx: ServiceContext, user: SignedInUser): Promise<OwnAccount> {
  const { id, name, email } = user;
  const [isAdmin, projects] = await Promise.all([isInstallationAdmin(ctx, id), listProjects(ctx, user)]);
  return { id, name, email, isInstallationAdmin: isAdmin, projects };
}
