"use client";

import { useQuery } from "@tanstack/react-query";
import type { Permission } from "@/domain/access";
import { useTRPC } from "@/lib/trpc/client";

/**
 * Returns the project (undefined while it loads and after an error), and `may`, which tells whether the signed-in
 * person has a permission.
 */
export function useProject(projectId: string) {
  const trpc = useTRPC();
  const query = useQuery(trpc.project.get.queryOptions({ projectId }));
  const may = (permission: Permission): boolean => query.data?.permissions.includes(permission) ?? false;
  return { project: query.data, isPending: query.isPending, error: query.error, may };
}
