"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import type { ActionValues } from "./types";

/** Long enough to read it. */
const WARNING_MS = 20_000;

/** Makes an action. Its signing secret has to be shown before `finish`, as it is shown once. */
export function useCreateAction(projectId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mutation = useMutation(trpc.action.create.mutationOptions());
  const [made, setMade] = useState<{ id: string; secret: string; warning: string | null } | null>(null);
  return {
    made,
    create: {
      save: async (values: ActionValues) => {
        setMade(await mutation.mutateAsync({ projectId, type: "webhook", ...values }));
        await queryClient.invalidateQueries(trpc.action.list.pathFilter());
      },
      onConflict: () =>
        toast.error("The action could not be created", {
          description: "Something it needs has changed meanwhile. Try again.",
        }),
    },
    finish: () => {
      if (!made) return null;
      setMade(null);
      if (made.warning === null) toast.success("Action created");
      else toast.info("Action created, with a warning", { description: made.warning, timeoutMs: WARNING_MS });
      return made;
    },
  };
}
