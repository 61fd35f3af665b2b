"use client";

import { useQuery } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";
import { useTRPC } from "./client";

type Permission = inferRouterOutputs<AppRouter>["project"]["get"]["permissions"][number];

/**
 * Returns the permissions of the reader in a project. There are none until they are known. The server checks them in
 * any case.
 */
export function usePermissions(projectId: string): { may: (permission: Permission) => boolean; isPending: boolean } {
  const trpc = useTRPC();
  const { data, isPending } = useQuery(trpc.project.get.queryOptions({ projectId }));
  return { may: (permission) => data?.permissions.includes(permission) ?? false, isPending };
}
