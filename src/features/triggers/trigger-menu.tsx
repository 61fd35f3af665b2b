"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, ListTree, Pencil, Trash2 } from "lucide-react";
import { DropdownMenu, MenuItem, MenuLinkItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import { useGoToUnlessLeft } from "@/lib/use-go-to";
import { DeleteTriggerDialog } from "./delete-trigger-dialog";

type TriggerMenuProps = {
  projectId: string;
  trigger: { id: string; name: string; management: "managed" | "unlocked" | null };
  mayWrite: boolean;
  onDeleted?: () => void;
};

/**
 * The menu with the commands for one trigger, such as duplicate and delete. The on/off switch is outside of this menu.
 */
export function TriggerMenu({ projectId, trigger, mayWrite, onDeleted }: TriggerMenuProps) {
  const trpc = useTRPC();
  const goTo = useGoToUnlessLeft();
  const queryClient = useQueryClient();
  const [isDeleting, setIsDeleting] = useState(false);
  const base = `/projects/${projectId}`;
  const duplicate = useMutation(
    trpc.trigger.duplicate.mutationOptions({
      onSuccess: async ({ id }) => {
        toast.success("Trigger duplicated", { description: "The copy is switched off." });
        goTo(`${base}/triggers/${id}`);
        await queryClient.invalidateQueries(trpc.trigger.list.pathFilter());
      },
      onError: (error) => toast.error(`${trigger.name} could not be duplicated`, { description: error.message }),
    }),
  );
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton label={`More about ${trigger.name}`} size="sm" data-page-menu>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuLinkItem href={`${base}/triggers/${trigger.id}`} icon={<Pencil aria-hidden />}>
          {mayWrite ? "Edit" : "View"}
        </MenuLinkItem>
        <MenuLinkItem href={`${base}/executions?trigger=${trigger.id}`} icon={<ListTree aria-hidden />}>
          Executions
        </MenuLinkItem>
        {mayWrite && (
          <>
            <MenuItem
              icon={<Copy aria-hidden />}
              onSelect={() => duplicate.mutate({ projectId, triggerId: trigger.id })}
            >
              Duplicate
            </MenuItem>
            {trigger.management !== "managed" && (
              <>
                <MenuSeparator />
                <MenuItem isDanger icon={<Trash2 aria-hidden />} onSelect={() => setIsDeleting(true)}>
                  Delete…
                </MenuItem>
              </>
            )}
          </>
        )}
      </DropdownMenu>
      <DeleteTriggerDialog
        projectId={projectId}
        trigger={trigger}
        open={isDeleting}
        onOpenChange={setIsDeleting}
        onDeleted={onDeleted}
      />
    </>
  );
}
