import { findScopeOfPermission, type Permission, type TokenScope } from "@/domain/access";
import type { TokenActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { hasPermission, openProjectContext, requirePermission } from "@/server/services/access";
import { ProblemError } from "./problem";

/**
 * Makes the context of a call in a project, after checking the API token.
 * @throws ProblemError missing_scope or maker_left; AppError NOT_FOUND or FORBIDDEN
 */
export async function openProjectForToken(
  base: ServiceContext,
  token: TokenActor,
  { permission, projectId }: { permission: Permission; projectId: string },
): Promise<ProjectContext> {
  let project: ProjectContext;
  try {
    project = await openProjectContext(base, token, projectId);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "NOT_FOUND" || token.projectId !== projectId) throw error;
    throw new ProblemError(
      "maker_left",
      403,
      `${token.maker.label} made this token and is no longer a member of the project, or the project was ` +
        "deleted. Ask an owner or admin for a new token.",
    );
  }
  const scope = findScopeOfPermission(permission);
  if (!hasPermission(project, permission) && (scope === null || !token.scopes.includes(scope)))
    throw new ProblemError(
      "missing_scope",
      403,
      scope === null
        ? "No token may do this. Sign in and do it in the interface."
        : `This token lacks the scope ${scope}. Use a token that has it.`,
    );
  requirePermission(project, permission);
  return withLeastScopes(project, token, scope);
}

/**
 * Drops the scope `admin` where a call does not need it. With that scope, answers would show whole webhook URLs, which
 * may be secret.
 */
const withLeastScopes = (project: ProjectContext, token: TokenActor, scope: TokenScope | null): ProjectContext =>
  scope === "admin"
    ? project
    : { ...project, actor: { ...token, scopes: token.scopes.filter((one) => one !== "admin") } };
