"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import { toActionFormValues, type Action, type ActionFormValues } from "./types";

/** How long a warning is shown, ms. It is long enough to read the warning. */
const WARNING_MS = 20_000;

/** Keeps the version that a form began with. Another person's save then causes a conflict and is not overwritten. */
export function useActionEditing(
  projectId: string,
  action: Action,
  reload: () => Promise<Action | undefined>,
) {
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
    if (warning === null) toast.success("Action saved");
    else toast.info("Action saved, with a warning", { description: warning, timeoutMs: WARNING_MS });
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
  /** Switching on or off makes a version too. If that version is the next one, nothing else has changed in between. */
  const onSwitched = (version: number) =>
    setBase((before) => (version === before.version + 1 ? { ...before, version } : before));
  /** Lets the next save replace the other person's version. */
  const keepMine = (theirVersion: number) => {
    setBase((before) => ({ ...before, version: theirVersion }));
    setHasConflict(false);
  };
  return { ...base, hasConflict, onConflict: () => setHasConflict(true), save, startOver, onSwitched, keepMine };
}
