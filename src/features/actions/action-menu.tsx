"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, ListTree, Pencil, Trash2 } from "lucide-react";
import { DropdownMenu, MenuItem, MenuLinkItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import { useGoToUnlessLeft } from "@/lib/use-go-to";
import { DeleteActionDialog } from "./delete-action-dialog";
import { NewSigningSecret } from "./new-signing-secret";

type ActionMenuProps = {
  projectId: string;
  action: { id: string; name: string; triggers: readonly { name: string }[] };
  mayWrite: boolean;
  onDeleted?: () => void;
};

/**
 * The menu with the commands for one action, such as duplicate and delete. The on/off switch is outside of this menu.
 */
export function ActionMenu({ projectId, action, mayWrite, onDeleted }: ActionMenuProps) {
  const trpc = useTRPC();
  const goTo = useGoToUnlessLeft();
  const queryClient = useQueryClient();
  const [isDeleting, setIsDeleting] = useState(false);
  const [copy, setCopy] = useState<{ id: string; secret: string } | null>(null);
  const base = `/projects/${projectId}`;
  const duplicate = useMutation(
    trpc.action.duplicate.mutationOptions({
      onSuccess: ({ id, secret }) => (secret === null ? openCopy(id) : setCopy({ id, secret })),
      onError: (error) => toast.error(`${action.name} could not be duplicated`, { description: error.message }),
    }),
  );
  const openCopy = async (id: string) => {
    setCopy(null);
    goTo(`${base}/actions/${id}`);
    await queryClient.invalidateQueries(trpc.action.list.pathFilter());
  };
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton label={`More about ${action.name}`} size="sm" data-page-menu>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuLinkItem href={`${base}/actions/${action.id}`} icon={<Pencil aria-hidden />}>
          {mayWrite ? "Edit" : "View"}
        </MenuLinkItem>
        <MenuLinkItem href={`${base}/executions?action=${action.id}`} icon={<ListTree aria-hidden />}>
          Executions
        </MenuLinkItem>
        {mayWrite && (
          <>
            <MenuItem icon={<Copy aria-hidden />} onSelect={() => duplicate.mutate({ projectId, actionId: action.id })}>
              Duplicate
            </MenuItem>
            <MenuSeparator />
            <MenuItem isDanger icon={<Trash2 aria-hidden />} onSelect={() => setIsDeleting(true)}>
              Delete…
            </MenuItem>
          </>
        )}
      </DropdownMenu>
      <DeleteActionDialog
        projectId={projectId}
        action={action}
        open={isDeleting}
        onOpenChange={setIsDeleting}
        onDeleted={onDeleted}
      />
      <NewSigningSecret secret={copy?.secret ?? null} onDone={() => copy && void openCopy(copy.id)} />
    </>
  );
}
