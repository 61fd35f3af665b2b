"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { Banner } from "@/components/ui/banner";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import type { Trigger } from "../types";

type ManagedNoteProps = {
  projectId: string;
  trigger: Pick<Trigger, "id" | "key" | "management">;
  mayUnlock: boolean;
};

/**
 * A banner on the page of a managed trigger. It names the file in the repository, and has a button that allows edits in
 * the browser. Once the trigger is unlocked, it says what to do with the file. For other triggers it shows nothing.
 */
export function ManagedTriggerBanner({ projectId, trigger, mayUnlock }: ManagedNoteProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const unlock = useMutation(
    trpc.trigger.unlock.mutationOptions({
      onSuccess: () => toast.success("Trigger unlocked"),
      onSettled: () => queryClient.invalidateQueries(trpc.trigger.pathFilter()),
    }),
  );
  const file = trigger.key ? `triggers/${trigger.key}.yaml` : "its file";
  if (trigger.management === null) return null;
  if (trigger.management === "unlocked")
    return (
      <Banner tone="warning" title="Unlocked" className="mb-5">
        Files in a repository manage this trigger. Put your change into <code>{file}</code> too. Otherwise the next
        apply refuses it, or overwrites it with --force.
      </Banner>
    );
  return (
    <Banner
      title="Managed by files"
      className="mb-5"
      action={
        mayUnlock && (
          <ConfirmButton
            size="sm"
            title="Unlock this trigger?"
            description={
              "People can change it here until its files are applied again. " + "The audit log keeps who unlocked it."
            }
            confirmLabel="Unlock"
            onConfirm={() => unlock.mutateAsync({ projectId, triggerId: trigger.id })}
          >
            Unlock…
          </ConfirmButton>
        )
      }
    >
      It is read-only here. Change <code>{file}</code> in its repository and apply it.
    </Banner>
  );
}
