"use client";

import { useQuery } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";
import { useTRPC } from "./client";

type Permission = inferRouterOutputs<AppRouter>["project"]["get"]["permissions"][number];

/**
 * Returns the permissions of the signed-in person in a project. Until they are known, there are none. The server checks
 * permissions in any case.
 */
export function usePermissions(projectId: string): { may: (permission: Permission) => boolean; isPending: boolean } {
  const trpc = useTRPC();
  const { data, isPending } = useQuery(trpc.project.get.queryOptions({ projectId }));
  return { may: (permission) => data?.permissions.includes(permission) ?? false, isPending };
}
