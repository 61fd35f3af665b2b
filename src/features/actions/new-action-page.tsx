"use client";

import { useState } from "react";
import { PageHeader } from "@/components/page-header";
import { Banner } from "@/components/ui/banner";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useOpenPageAfterSave } from "@/lib/use-open-page-after-save";
import { ActionForm } from "./action-form";
import { NewSigningSecret } from "./new-signing-secret";
import { makeNewActionFormValues } from "./types";
import { useCreateAction } from "./use-create-action";

/**
 * The page with the form for a new action. If the action has a signing secret, a dialog shows the secret once after the
 * save.
 */
export function NewActionPage({ projectId }: { projectId: string }) {
  const leaveTo = useOpenPageAfterSave();
  const { may, isPending } = usePermissions(projectId);
  const [blank] = useState(() => makeNewActionFormValues());
  const base = `/projects/${projectId}/actions`;
  const { made, create, finish } = useCreateAction(projectId, (id) => leaveTo(`${base}/${id}`));
  const isRefused = !isPending && !may("action:write");
  return (
    <>
      <PageHeader title="New action" parents={[{ label: "Actions", href: base }]} />
      <ActionForm
        projectId={projectId}
        actionId={null}
        initial={blank}
        isReadOnly={isRefused}
        mayTest={may("execution:act")}
        notice={
          isRefused && (
            <Banner title="You may read only">Members, admins and owners of this project can make actions.</Banner>
          )
        }
        {...create}
      />
      <NewSigningSecret secret={made?.secret ?? null} onDone={finish} />
    </>
  );
}
