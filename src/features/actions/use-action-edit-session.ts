"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { makeChangeScope, useIsChanging } from "@/features/shared/change-scope";
import { useEditedVersion } from "@/features/shared/use-edited-version";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { announceSavedAction } from "./announce-saved-action";
import { toActionFormValues, type Action, type ActionFormValues } from "./types";

/** Holds the state of one edit of an action, see `useEditedVersion`. `save` saves the form's values. */
export function useActionEditSession(projectId: string, action: Action, reload: () => Promise<Action | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const client = useTRPCClient();
  const edited = useEditedVersion({ stored: action, toValues: toActionFormValues, reload });
  // A save may wait for the switch in the page's header. `mutationFn` runs after it, with the newest version.
  const update = useMutation({
    scope: makeChangeScope(action.id),
    mutationFn: (values: ActionFormValues) =>
      client.action.update.mutate({ projectId, actionId: action.id, version: edited.version, ...values }),
    onSuccess: ({ version }) => edited.onSaved(version),
  });
  const save = async (values: ActionFormValues) => {
    const { warning } = await update.mutateAsync(values);
    announceSavedAction("Action saved", warning);
    await Promise.all([
      queryClient.invalidateQueries(trpc.action.pathFilter()),
      queryClient.invalidateQueries(trpc.version.pathFilter()),
    ]);
  };
  return { ...edited, isChanging: useIsChanging(action.id), save };
}
