"use client";

import { parseAsBoolean, useQueryState } from "nuqs";
import { Dialog } from "@/components/ui/dialog";
import { Button } from "@/components/ui/button";
import { usePermissions } from "@/lib/trpc/use-permissions";
import type { ExecutionParams } from "../search-params";
import { ResendForm } from "./resend-form";
import { useResends } from "./use-resends";
import { Resends } from "./resends";

/** Sends what the list shows again, all of it: the button and its dialog, which shows how far it is, too. */
export function ResendButton({ projectId, params }: { projectId: string; params: ExecutionParams }) {
  const { may } = usePermissions(projectId);
  const [isOpen, setIsOpen] = useQueryState("resend", parseAsBoolean.withDefault(false));
  const { list, current } = useResends(projectId, isOpen);
  if (!may("execution:act")) return null;
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => void setIsOpen(true)}>
        Send again…
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={(open) => void setIsOpen(open || null)}
        title="Send again"
        description="The same bytes under the same webhook ids, so that receivers can tell copies."
      >
        <div className="flex flex-col gap-5">
          {!current && list && <ResendForm projectId={projectId} params={params} />}
          <Resends projectId={projectId} resends={list ?? []} />
        </div>
      </Dialog>
    </>
  );
}
