import { cache } from "react";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { createContext } from "@/server/api/init";
import { appRouter, type AppRouter } from "@/server/api/root";
import { userActor } from "@/domain/actor";
import { getSessionUser } from "@/server/auth/auth";
import { AppError } from "@/server/errors";
import { getRuntime } from "@/server/runtime";
import { projectContextFor, type SignedInUser } from "@/server/services/access";
import { isInstallationAdmin } from "@/server/services/installation";
import { getProject, listProjects } from "@/server/services/projects";

/** Whoever is signed in at this request, if anybody; asked once for each request. */
export const currentUser = cache(async (): Promise<SignedInUser | null> => {
  const { auth } = await getRuntime();
  return getSessionUser(auth, await headers());
});

/** The provider of single sign-on; null without one. */
export async function singleSignOn(): Promise<{ name: string; isRequired: boolean } | null> {
  const { oidc } = (await getRuntime()).env;
  return oidc ? { name: oidc.name, isRequired: oidc.isRequired } : null;
}

/** What pages show of a signed-in person before the browser asks for anything. */
export type PageSession = {
  user: SignedInUser;
  /** whether they run the installation */
  isInstallationAdmin(): Promise<boolean>;
  /** the projects they are a member of */
  projects(): ReturnType<typeof listProjects>;
  /** one of them; one that is not theirs, or does not exist, is the page "not found" */
  project(projectId: string): ReturnType<typeof getProject>;
};

export async function currentSession(): Promise<PageSession | null> {
  const user = await currentUser();
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

/** Where people and applications find this app: what snippets and links begin with. */
export async function publicAddress(): Promise<string> {
  return (await getRuntime()).env.appUrl;
}

/** The API that a page calls before the browser does; null without a session. */
export type PageApi = TRPCOptionsProxy<AppRouter>;

export async function currentApi(queryClient: QueryClient): Promise<PageApi | null> {
  const user = await currentUser();
  if (!user) return null;
  const { context } = await getRuntime();
  const ctx = createContext({ base: context, user, headers: await headers() });
  return createTRPCOptionsProxy({ ctx, router: appRouter, queryClient });
}
