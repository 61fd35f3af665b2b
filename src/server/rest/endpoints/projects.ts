import { z } from "zod";
import { Role, TokenScope } from "@/domain/access";
import { DisplayName } from "@/domain/display-name";
import { ProjectSettings } from "@/domain/project";
import { AppError } from "@/server/errors";
import { takeUsageFromPersonLimit } from "@/server/services/usage-limits";
import { createProject } from "@/server/services/projects/create-project";
import { getProject } from "@/server/services/projects/get-project";
import { listProjects } from "@/server/services/projects/list-projects";
import { updateProject } from "@/server/services/projects/update-project";
import { makeEndpointInProject, makeEndpointOutsideProjects, type RestEndpoint } from "../endpoint";
import { makePageSchema, DateOutput } from "../schemas";

const tag = "Projects";
const path = "/projects/{projectId}";

const Project = z.object({
  id: z.string(),
  ...ProjectSettings.shape,
  isDemo: z.boolean(),
  role: Role.describe("the role of the token's maker"),
  permissions: z.array(z.string()).describe("what this token may do here"),
  createdAt: DateOutput,
});

export const projectEndpoints: readonly RestEndpoint[] = [
  makeEndpointOutsideProjects(
    {
      id: "getToken",
      method: "GET",
      path: "/token",
      tag: "Tokens",
      summary: "Returns the token of this call",
      answer: z.object({
        id: z.string(),
        label: z.string().describe("its name in the audit log"),
        maker: z.string().describe("the person whose role bounds it"),
        projectId: z.string().nullable().describe("the only project that it opens; null: every project of its maker"),
        scopes: z.array(TokenScope),
      }),
    },
    async ({ token }) => ({ ...token, maker: token.maker.label, scopes: [...token.scopes] }),
  ),
  makeEndpointOutsideProjects(
    {
      id: "listProjects",
      method: "GET",
      path: "/projects",
      tag,
      summary: "Lists the projects that the token opens, by name",
      answer: makePageSchema(z.object({ id: z.string(), name: z.string(), isDemo: z.boolean(), role: Role })),
    },
    async ({ base, token }) => {
      const all = await listProjects(base, token.maker);
      return { items: all.filter(({ id }) => (token.projectId ?? id) === id), nextCursor: null };
    },
  ),
  makeEndpointOutsideProjects(
    {
      id: "createProject",
      method: "POST",
      path: "/projects",
      tag,
      summary: "Creates a project, whose owner is the token's maker",
      description:
        "Needs a personal token with the scope admin, and a maker who may create projects. No token deletes a project.",
      body: z.object({ name: DisplayName }),
      status: 201,
      answer: z.object({ id: z.string() }),
      location: `/projects/{id}`,
    },
    async ({ base, token, body }) => {
      if (token.projectId !== null)
        throw new AppError("FORBIDDEN", "This token is of one project. Use a personal token to create another one.");
      if (!token.scopes.includes("admin"))
        throw new AppError("FORBIDDEN", "This token lacks the scope “admin”. Use a token that has it.");
      await takeUsageFromPersonLimit(base, "project");
      const { id, label: email } = token.maker;
      return createProject(base, { id, email, name: email }, body);
    },
  ),
  makeEndpointInProject(
    {
      id: "getProject",
      method: "GET",
      path,
      tag,
      summary: "Returns a project with its settings",
      permission: "project:read",
      answer: Project,
    },
    (project) => getProject(project),
  ),
  makeEndpointInProject(
    {
      id: "updateProject",
      method: "PATCH",
      path,
      tag,
      summary: "Changes the settings of a project, such as its retention in days",
      permission: "retention:manage",
      body: ProjectSettings.partial(),
      readOnly: Project,
      answer: Project,
    },
    async (project, { body }) => {
      await updateProject(project, body);
      return getProject(project);
    },
  ),
];
