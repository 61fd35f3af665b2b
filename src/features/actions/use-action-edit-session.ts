"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEditedVersion } from "@/features/shared/use-edited-version";
import { useTRPC } from "@/lib/trpc/client";
import { announceSavedAction } from "./announce-saved-action";
import { toActionFormValues, type Action, type ActionFormValues } from "./types";

/** Holds the state of one edit of an action, see `useEditedVersion`. `save` saves the form's values. */
export function useActionEditSession(projectId: string, action: Action, reload: () => Promise<Action | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.action.update.mutationOptions());
  const edited = useEditedVersion({ stored: action, toValues: toActionFormValues, reload });
  const save = async (values: ActionFormValues) => {
    const { version, warning } = await update.mutateAsync({
      projectId,
      actionId: action.id,
      version: edited.version,
      ...values,
    });
    edited.onSaved(version);
    announceSavedAction("Action saved", warning);
    await Promise.all([
      queryClient.invalidateQueries(trpc.action.pathFilter()),
      queryClient.invalidateQueries(trpc.version.pathFilter()),
    ]);
  };
  return { ...edited, save };
}
