"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { toast } from "@/components/ui/toast";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import type { AppRouter } from "@/server/api/root";

export type SavedView = inferRouterOutputs<AppRouter>["view"]["list"][number];

/** Returns a function that deletes a saved view. A toast then offers Undo. */
export function useRemoveSavedView(projectId: string): (view: SavedView) => void {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const options = { onSettled: () => queryClient.invalidateQueries(trpc.view.pathFilter()) };
  const save = useMutation(trpc.view.save.mutationOptions(options));
  const remove = useMutation({
    ...options,
    mutationFn: ({ id }: SavedView) => client.view.remove.mutate({ projectId, viewId: id }),
    // These callbacks also run after the list of views has closed. On a phone the list is in a sheet that closes.
    onSuccess: (_, { name, query, isShared }) =>
      toast.success(`Removed the view “${name}”`, {
        action: { label: "Undo", onClick: () => save.mutate({ projectId, name, query, isShared }) },
      }),
    onError: (error) => toast.error("The view could not be removed", { description: error.message }),
  });
  return remove.mutate;
}
