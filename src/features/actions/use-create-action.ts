"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { makeNeverSettlingPromise } from "@/lib/never-settling-promise";
import { useTRPC } from "@/lib/trpc/client";
import { announceSavedAction } from "./announce-saved-action";
import type { ActionFormValues } from "./types";

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
    announceSavedAction("Action created", warning);
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
        return makeNeverSettlingPromise();
      },
    },
    finish: () => {
      setMade(null);
      if (made) announce(made);
    },
  };
}
