"use client";

import { useState } from "react";
import { Ban, MoreHorizontal, SendHorizontal } from "lucide-react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { toFilters, type ExecutionParams } from "../search-params";
import type { BulkFilter, BulkKind } from "../types";
import { BulkDialog } from "./bulk-dialog";

/** What a person can do with everything that the list shows. */
export function BulkMenu({ projectId, params }: { projectId: string; params: ExecutionParams }) {
  const { may } = usePermissions(projectId);
  const [kind, setKind] = useState<BulkKind | null>(null);
  if (!may("execution:act")) return null;
  const filter: BulkFilter = {
    ...toFilters(params),
    ...(params.status.length > 0 ? { status: params.status } : {}),
  };
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setKind("resend")}>
        Send again…
      </Button>
      <DropdownMenu
        trigger={
          <IconButton label="More for all that the list shows">
            <MoreHorizontal aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<SendHorizontal aria-hidden />} onSelect={() => setKind("send_now")}>
          Send now what waits…
        </MenuItem>
        <MenuItem icon={<Ban aria-hidden />} onSelect={() => setKind("cancel")}>
          Cancel what waits…
        </MenuItem>
      </DropdownMenu>
      <BulkDialog projectId={projectId} kind={kind} filter={filter} onClose={() => setKind(null)} />
    </>
  );
}
