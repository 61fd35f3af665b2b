import { cache } from "react";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { createApiContext } from "@/server/api/init";
import { appRouter, type AppRouter } from "@/server/api/root";
import { makeUserActor } from "@/domain/actor";
import { getSessionUser } from "@/server/auth/auth";
import { AppError } from "@/server/errors";
import { getRuntime } from "@/server/runtime";
import { openProjectContext, type SignedInUser } from "@/server/services/access";
import { isInstallationAdmin } from "@/server/services/installation";
import { getProject } from "@/server/services/projects/get-project";
import { listProjects } from "@/server/services/projects/list-projects";

/**
 * Returns the signed-in person, or null without a session. All calls within one request share one read of the session.
 */
export const readSignedInUser = cache(async (): Promise<SignedInUser | null> => {
  const { auth } = await getRuntime();
  return getSessionUser(auth, await headers());
});

/**
 * Returns the name of the single sign-on provider, and whether everybody has to use it. Returns null if none is
 * configured.
 */
export async function readSingleSignOnProvider(): Promise<{ name: string; isRequired: boolean } | null> {
  const { oidc } = (await getRuntime()).env;
  return oidc ? { name: oidc.name, isRequired: oidc.isRequired } : null;
}

/** The signed-in person, with functions that load this person's data for server-rendered pages. */
export type PageSession = {
  user: SignedInUser;
  isInstallationAdmin(): Promise<boolean>;
  projects(): ReturnType<typeof listProjects>;
  /** returns a project of this person; for any other id the page becomes "not found" */
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
        return await getProject(await openProjectContext(context, makeUserActor(user), projectId));
      } catch (error) {
        if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
        throw error;
      }
    },
  };
}

/**
 * Returns the base URL of this installation, as people and applications reach it. Code snippets and links on pages
 * start with this URL.
 */
export async function readInstallationUrl(): Promise<string> {
  return (await getRuntime()).env.appUrl;
}

/** The tRPC API as server-rendered pages call it, without an HTTP request. Pages load their first data through it. */
export type PageApi = TRPCOptionsProxy<AppRouter>;

export async function createPageApi(queryClient: QueryClient): Promise<PageApi | null> {
  const user = await readSignedInUser();
  if (!user) return null;
  const { context } = await getRuntime();
  const ctx = createApiContext({ base: context, user, headers: await headers() });
  return createTRPCOptionsProxy({ ctx, router: appRouter, queryClient });
}
