import { cache } from "react";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { createApiContext } from "@/server/api/init";
import { appRouter, type AppRouter } from "@/server/api/root";
import { userActor } from "@/domain/actor";
import { getSessionUser } from "@/server/auth/auth";
import { AppError } from "@/server/errors";
import { getRuntime } from "@/server/runtime";
import { projectContextFor, type SignedInUser } from "@/server/services/access";
import { isInstallationAdmin } from "@/server/services/installation";
import { getProject } from "@/server/services/projects/get-project";
import { listProjects } from "@/server/services/projects/list-projects";

/** Returns the signed-in person, or null. A request reads the session only once. */
export const readSignedInUser = cache(async (): Promise<SignedInUser | null> => {
  const { auth } = await getRuntime();
  return getSessionUser(auth, await headers());
});

/** Returns the provider of single sign-on; null without one. */
export async function readSingleSignOnProvider(): Promise<{ name: string; isRequired: boolean } | null> {
  const { oidc } = (await getRuntime()).env;
  return oidc ? { name: oidc.name, isRequired: oidc.isRequired } : null;
}

/** The data of a signed-in person that the server puts into pages. */
export type PageSession = {
  user: SignedInUser;
  /** whether this person is an admin of the installation */
  isInstallationAdmin(): Promise<boolean>;
  /** lists the projects of this person */
  projects(): ReturnType<typeof listProjects>;
  /** returns one project of this person; every other id leads to the page "not found" */
  project(projectId: string): ReturnType<typeof getProject>;
};

export async function readPageSession(): Promise<PageSession | null> {
  const user = await readSignedInUser();
  if (!user) return null;
  const { context } = await getRuntime();
  return {
    user,
    isInstallationAdmin: () => isInstallationAdmin(context, user.id),
    projects: () => listProjects(context, user),
    async project(projectId) {
      try {
        return await getProject(await projectContextFor(context, userActor(user), projectId));
      } catch (error) {
        if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
        throw error;
      }
    },
  };
}

/** Returns the URL of this installation for people and applications. Snippets and links begin with it. */
export async function installationUrl(): Promise<string> {
  return (await getRuntime()).env.appUrl;
}

/** The API for pages on the server. A page loads its first data through it, before the browser calls the API. */
export type PageApi = TRPCOptionsProxy<AppRouter>;

export async function createPageApi(queryClient: QueryClient): Promise<PageApi | null> {
  const user = await readSignedInUser();
  if (!user) return null;
  const { context } = await getRuntime();
  const ctx = createApiContext({ base: context, user, headers: await headers() });
  return createTRPCOptionsProxy({ ctx, router: appRouter, queryClient });
}
