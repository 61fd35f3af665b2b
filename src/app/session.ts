import { cache } from "react";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { ProjectContext } from "@/server/context";
import { getSessionUser } from "@/server/auth/auth";
import { AppError } from "@/server/errors";
import { getRuntime, type Runtime } from "@/server/runtime";
import { projectContextFor, type SignedInUser } from "@/server/services/access";

/** Whoever is signed in at this request, if anybody; asked once for each request. */
export const currentUser = cache(async (): Promise<SignedInUser | null> => {
  const { auth } = await getRuntime();
  return getSessionUser(auth, await headers());
});

/** A signed-in person with the program's context, for pages that show what the server knows. */
export async function currentSession(): Promise<{ user: SignedInUser; runtime: Runtime } | null> {
  const user = await currentUser();
  return user && { user, runtime: await getRuntime() };
}

/** The person's context in a project; a project that is not theirs, or does not exist, is the page "not found". */
export async function projectContext({ user, runtime }: { user: SignedInUser; runtime: Runtime }, projectId: string): Promise<ProjectContext> {
  try {
    return await projectContextFor(runtime.context, user, projectId);
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
