"use client";

import { useState } from "react";
import dynamic from "next/dynamic";
import { Ban, MoreHorizontal, SendHorizontal } from "lucide-react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { booleanParam } from "@/lib/url-params";
import { useUrlParam } from "@/lib/use-url-params";
import { useWasOpened } from "@/lib/use-was-opened";
import { toExecutionFilters, type ExecutionParams } from "../search-params";
import type { BulkJobFilter, BulkJobKind } from "../types";

const BulkJobDialog = dynamic(() => import("./bulk-job-dialog").then((module) => module.BulkJobDialog), { ssr: false });

/** A menu with the commands for all executions that match the list's filters. */
export function BulkActionMenu({ projectId, params }: { projectId: string; params: ExecutionParams }) {
  const { may } = usePermissions(projectId);
  const [chosen, setKind] = useState<BulkJobKind | null>(null);
  // `?resend` in the URL opens the resend dialog. Buttons on other pages link here with it.
  const [isAsked, setIsAsked] = useUrlParam("resend", booleanParam.withDefault(false));
  const kind = chosen ?? (isAsked ? "resend" : null);
  const wasOpened = useWasOpened(kind !== null);
  const close = () => {
    setKind(null);
    if (isAsked) setIsAsked(null);
  };
  if (!may("execution:act")) return null;
  const filter: BulkJobFilter = {
    ...toExecutionFilters(params),
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
          Send waiting executions now…
        </MenuItem>
        <MenuItem icon={<Ban aria-hidden />} onSelect={() => setKind("cancel")}>
          Cancel what waits…
        </MenuItem>
      </DropdownMenu>
      {wasOpened && <BulkJobDialog projectId={projectId} kind={kind} filter={filter} onClose={close} />}
    </>
  );
}
