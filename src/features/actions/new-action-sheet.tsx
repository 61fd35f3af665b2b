"use client";

import { useState } from "react";
import { Sheet } from "@/components/ui/sheet";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { ActionForm } from "./action-form";
import { NewSigningSecret } from "./new-signing-secret";
import { makeNewActionFormValues } from "./types";
import { useCreateAction } from "./use-create-action";

type NewActionSheetProps = {
  projectId: string;
  /** the event source of the trigger that the action is for */
  eventSource: string;
  open: boolean;
  onClose: () => void;
  /**
   * called with the id of the new action, once the person has closed the dialog with the signing secret; at once
   * without a secret
   */
  onCreated: (actionId: string) => void;
};

/** A side sheet over another form, in which a person creates an action. A closed sheet keeps the typed text. */
export function NewActionSheet({ projectId, eventSource, open, onClose, onCreated }: NewActionSheetProps) {
  const { may } = usePermissions(projectId);
  const [blank] = useState(() => makeNewActionFormValues());
  const [round, setRound] = useState(0);
  const { made, create, finish } = useCreateAction(projectId, (id) => {
    setRound(round + 1);
    onCreated(id);
  });
  return (
    <>
      <Sheet
        open={open}
        onOpenChange={(next) => !next && onClose()}
        title="New action"
        description="A signed request to an endpoint."
        size="lg"
        isKept
      >
        {/* React events bubble through portals. Without this handler, the submit event would reach the form around
            the sheet. */}
        <div className="p-5" onSubmit={(event) => event.stopPropagation()}>
          <ActionForm
            key={round}
            projectId={projectId}
            actionId={null}
            eventSource={eventSource}
            initial={blank}
            isReadOnly={false}
            isNarrow
            mayTest={may("execution:act")}
            {...create}
          />
        </div>
      </Sheet>
      <NewSigningSecret secret={made?.secret ?? null} onDone={finish} />
    </>
  );
}
