"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import type { ActionFormValues } from "./types";

/** How long a warning is shown, ms. It is long enough to read the warning. */
const WARNING_MS = 20_000;

type MadeAction = { id: string; secret: string | null; warning: string | null };

/**
 * Makes an action. It shows the action's signing secret once, if there is one, before `finish`.
 * @param onCreated called after that
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
