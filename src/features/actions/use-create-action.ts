"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import type { ActionFormValues } from "./types";

/** How long a warning after a save is shown, in ms. Warnings are long texts and need more time than other toasts. */
const WARNING_MS = 20_000;

type MadeAction = { id: string; secret: string | null; warning: string | null };

/**
 * Creates an action. `made` holds a new action that has a signing secret, until the person has seen the secret and the
 * caller calls `finish`.
 * @param onCreated called with the new id after `finish`, or at once without a secret
 */
export function useCreateAction(projectId: string, onCreated: (actionId: string) => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mutation = useMutation(trpc.action.create.mutationOptions());
  const [made, setMade] = useState<MadeAction | null>(null);
  const announce = ({ id, warning }: MadeAction) => {
    if (warning === null) toast.success("Action created");
    else toast.info("Action created, with a warning", { description: warning, timeoutMs: WARNING_MS });
    onCreated(id);
  };
  return {
    made,
    create: {
      save: async (values: ActionFormValues) => {
        const action = await mutation.mutateAsync({ projectId, ...values });
        if (action.secret === null) announce(action);
        else setMade(action);
        await queryClient.invalidateQueries(trpc.action.list.pathFilter());
        // The form stays busy until the caller replaces it, so a second click creates no second action.
        return new Promise<never>(() => undefined);
      },
      onConflict: () =>
        toast.error("The action could not be created", {
          description: "Somebody changed something that the action needs. Try again.",
        }),
    },
    finish: () => {
      setMade(null);
      if (made) announce(made);
    },
  };
}
