"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Eraser } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { nounOf } from "./noun";
import type { Observation } from "./types";

/** What can be done with an observation; nothing is shown to those who may do none of it. */
export function ObservationMenu({ projectId, observation }: { projectId: string; observation: Observation }) {
  const { may } = usePermissions(projectId);
  const [isAsking, setIsAsking] = useState(false);
  if (!may("body:expunge")) return null;
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton label={`More about this ${nounOf(observation.eventSource).one}`} size="sm" data-page-menu>
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

/** Asks before the bodies of an observation are removed, and says what that costs. */
function ExpungeBodies({ projectId, observation: { id, eventSource }, open, onOpenChange }: ExpungeProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { one } = nounOf(eventSource);
  const expunge = useMutation(
    trpc.observation.expunge.mutationOptions({
      onSuccess: async ({ executions, engineCleared }) => {
        onOpenChange(false);
        const cleared =
          executions > 0 ? `Those of ${plural(executions, "execution", "executions")} went with them. ` : "";
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
      onError: (error) => toast.error("The bodies could not be removed", { description: error.message }),
    }),
  );
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Expunge the bodies of this ${one}?`}
      description={`Its contents are removed for good from every state of it, from what was sent and from what came back. Its executions stay, so that it does not fire twice; they cannot be sent again. What your application sends of this ${one} from now on is kept as ever.`}
      confirmLabel="Expunge bodies"
      isDanger
      isLoading={expunge.isPending}
      onConfirm={() => expunge.mutate({ projectId, observationId: id, eventSource })}
    />
  );
}
