"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Eraser } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import type { Observation } from "./types";

/** The menu of an observation, with the command that deletes its bodies. People without that permission see no menu. */
export function ObservationMenu({ projectId, observation }: { projectId: string; observation: Observation }) {
  const { may } = usePermissions(projectId);
  const [isAsking, setIsAsking] = useState(false);
  if (!may("body:expunge")) return null;
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton
            label={`More about this ${getEventNounForms(observation.eventSource).one}`}
            size="sm"
            data-page-menu
          >
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem isDanger icon={<Eraser aria-hidden />} onSelect={() => setIsAsking(true)}>
          Expunge bodies…
        </MenuItem>
      </DropdownMenu>
      <ExpungeBodies projectId={projectId} observation={observation} open={isAsking} onOpenChange={setIsAsking} />
    </>
  );
}

type ExpungeProps = {
  projectId: string;
  observation: Observation;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** A dialog that names the consequences and asks for confirmation before the bodies of an observation are deleted. */
function ExpungeBodies({ projectId, observation: { id, eventSource }, open, onOpenChange }: ExpungeProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { one } = getEventNounForms(eventSource);
  const expunge = useMutation(
    trpc.observation.expunge.mutationOptions({
      onSuccess: async ({ executions, engineCleared }) => {
        onOpenChange(false);
        const cleared =
          executions > 0 ? `So were the bodies of ${formatCountWithNoun(executions, "execution", "executions")}. ` : "";
        toast.success("The bodies were removed", {
          description:
            cleared + (engineCleared ? "" : "The Inngest server keeps its copy until its own retention ends.") ||
            undefined,
        });
        await Promise.all([
          queryClient.invalidateQueries(trpc.observation.pathFilter()),
          queryClient.invalidateQueries(trpc.execution.pathFilter()),
        ]);
      },
    }),
  );
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Expunge the bodies of this ${one}?`}
      description={
        "Its contents are removed for good, from its states and from the requests and responses of its executions. " +
        "The executions stay, so that it does not fire twice, but they cannot be sent again. " +
        `Later updates of this ${one} are stored as usual.`
      }
      confirmLabel="Expunge bodies"
      isDanger
      isLoading={expunge.isPending}
      error={expunge.error}
      onConfirm={() => expunge.mutate({ projectId, observationId: id, eventSource })}
    />
  );
}
