"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw, Zap } from "lucide-react";
import { ButtonError } from "@/components/button-error";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { toast } from "@/components/ui/toast";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useKeyBindings } from "@/lib/use-key-bindings";
import type { Observation } from "./types";

/**
 * The buttons for an observation: one creates a trigger for similar observations, and one runs all triggers on the
 * observation again.
 */
export function ObservationActions({ projectId, observation }: { projectId: string; observation: Observation }) {
  const { id, eventSource, state } = observation;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { may } = usePermissions(projectId);
  const send = useMutation(
    trpc.observation.send.mutationOptions({
      onSuccess: () =>
        toast.success(`${getEventNounForms(eventSource).heading} sent again`, {
          description: "Every trigger looks at it. An execution that exists is not made twice.",
        }),
      onSettled: () => queryClient.invalidateQueries(trpc.observation.pathFilter()),
    }),
  );
  const maySend = may("execution:act") && state !== null;
  const sendAgain = () => send.mutate({ projectId, observationId: id, eventSource });
  useKeyBindings({ r: maySend && !send.isPending ? sendAgain : undefined });
  if (state === null || (!maySend && !may("trigger:write"))) return null;
  const query = new URLSearchParams({ like: id, of: eventSource });
  return (
    <>
      <ButtonError error={send.error} className="order-first basis-full" />
      {maySend && (
        <Button isLoading={send.isPending} onClick={sendAgain}>
          <RotateCw aria-hidden /> Send again
        </Button>
      )}
      {may("trigger:write") && (
        <ButtonLink href={`/projects/${projectId}/triggers/new?${query}`} variant="primary">
          <Zap aria-hidden /> Make a trigger
        </ButtonLink>
      )}
    </>
  );
}
