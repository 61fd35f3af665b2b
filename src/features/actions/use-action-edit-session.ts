"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { announceSavedAction } from "./announce-saved-action";
import { toActionFormValues, type Action, type ActionFormValues } from "./types";

/**
 * Holds the state of one edit of an action: the form's values, and the version with which the form was filled. A save
 * sends that version. If another person has saved since, the save causes a conflict and overwrites nothing.
 */
export function useActionEditSession(projectId: string, action: Action, reload: () => Promise<Action | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.action.update.mutationOptions());
  const [base, setBase] = useState({ version: action.version, values: toActionFormValues(action), round: 0 });
  const [hasConflict, setHasConflict] = useState(false);
  const save = async (values: ActionFormValues) => {
    const { version, warning } = await update.mutateAsync({
      projectId,
      actionId: action.id,
      version: base.version,
      ...values,
    });
    setBase((before) => ({ ...before, version }));
    setHasConflict(false);
    announceSavedAction("Action saved", warning);
    await Promise.all([
      queryClient.invalidateQueries(trpc.action.pathFilter()),
      queryClient.invalidateQueries(trpc.version.pathFilter()),
    ]);
  };
  const startOver = async () => {
    const fresh = await reload();
    if (!fresh) return;
    setBase(({ round }) => ({ version: fresh.version, values: toActionFormValues(fresh), round: round + 1 }));
    setHasConflict(false);
  };
  /**
   * Switching on or off also makes a new version. If its number directly follows the form's version, nobody else has
   * saved in between.
   */
  const onSwitched = (version: number) =>
    setBase((before) => (version === before.version + 1 ? { ...before, version } : before));
  /** Resolves a conflict: the next save overwrites the version that another person saved. */
  const keepMine = (theirVersion: number) => {
    setBase((before) => ({ ...before, version: theirVersion }));
    setHasConflict(false);
  };
  return { ...base, hasConflict, onConflict: () => setHasConflict(true), save, startOver, onSwitched, keepMine };
}
