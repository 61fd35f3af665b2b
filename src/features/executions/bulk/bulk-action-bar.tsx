"use client";

import { useState } from "react";
import dynamic from "next/dynamic";
import { Ban, RotateCw, SendHorizontal } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { formatCountWithNoun } from "@/lib/format";
import type { BulkJobFilter, BulkJobKind } from "../types";

const BulkJobDialog = dynamic(() => import("./bulk-job-dialog").then((module) => module.BulkJobDialog), { ssr: false });

type BulkBarProps = { projectId: string; keys: ReadonlySet<string>; onClear: () => void };

/**
 * A bar at the bottom of the window with the commands for the selected rows. Without selected rows it is hidden, unless
 * its dialog is open.
 */
export function BulkActionBar({ projectId, keys, onClear }: BulkBarProps) {
  const [kind, setKind] = useState<BulkJobKind | null>(null);
  const filter: BulkJobFilter = { ids: [...keys] };
  if (keys.size === 0 && kind === null) return null;
  return (
    <>
      <div
        role="toolbar"
        aria-label="Chosen executions"
        className={cn(
          "fixed bottom-4 left-1/2 z-30 flex -translate-x-1/2 items-center gap-1 rounded-lg border",
          "border-line-strong bg-raised p-1 pl-3 shadow-raised",
        )}
      >
        <span className="mr-2 text-sm tabular-nums">{formatCountWithNoun(keys.size, "execution")}</span>
        <Button size="sm" variant="ghost" onClick={() => setKind("resend")}>
          <RotateCw aria-hidden /> Send again
        </Button>
        <Button size="sm" variant="ghost" onClick={() => setKind("send_now")}>
          <SendHorizontal aria-hidden /> Send now
        </Button>
        <Button size="sm" variant="ghost" onClick={() => setKind("cancel")}>
          <Ban aria-hidden /> Cancel
        </Button>
        <Button size="sm" variant="ghost" className="text-muted" onClick={onClear}>
          Clear
        </Button>
      </div>
      <BulkJobDialog
        projectId={projectId}
        kind={kind}
        filter={filter}
        onClose={() => {
          setKind(null);
          onClear();
        }}
      />
    </>
  );
}
