"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { useLastShown } from "@/lib/use-last-shown";
import { Dialog } from "@/components/ui/dialog";
import { Time } from "@/components/time";

export type OneTimeLink = { title: string; link: string; expiresAt: Date };

/**
 * Shows a new invitation or password link, which nobody can see again later. The person copies the link and confirms.
 */
export function OneTimeLinkDialog({ link, onDone }: { link: OneTimeLink | null; onDone: () => void }) {
  const shown = useLastShown(link);
  return (
    <Dialog
      open={link !== null}
      onOpenChange={() => undefined}
      isPersistent
      title={shown?.title ?? ""}
      description="Send it to this person yourself, in a way that only they can read."
      footer={
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      }
    >
      {shown && (
        <div className="flex flex-col gap-4">
          <div className="flex items-center gap-2 rounded-lg border border-line-strong bg-sunken py-2 pr-2 pl-3.5">
            <code aria-label="Link" className="min-w-0 flex-1 font-mono text-xs break-all select-all">
              {shown.link}
            </code>
            <CopyButton text={shown.link} label="Copy" hasText size="sm" />
          </div>
          <Banner tone="warning">
            This is the only time it is shown. It works once, until <Time value={shown.expiresAt} format="absolute" />.
          </Banner>
        </div>
      )}
    </Dialog>
  );
}
