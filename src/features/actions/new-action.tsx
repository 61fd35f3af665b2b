"use client";

import { useRouter } from "next/navigation";
import { PageHeader } from "@/components/page-header";
import { Banner } from "@/components/ui/banner";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { ActionForm } from "./action-form";
import { NewSecret } from "./new-secret";
import { newAction } from "./types";
import { useCreateAction } from "./use-create-action";

/** The page that makes an action, and shows its signing secret once. */
export function NewAction({ projectId }: { projectId: string }) {
  const router = useRouter();
  const { may, isPending } = usePermissions(projectId);
  const { made, create, finish } = useCreateAction(projectId);
  const base = `/projects/${projectId}/actions`;
  const isRefused = !isPending && !may("action:write");
  return (
    <>
      <PageHeader title="New action" parents={[{ label: "Actions", href: base }]} />
      <ActionForm
        projectId={projectId}
        actionId={null}
        initial={newAction}
        isReadOnly={isRefused}
        mayTest={may("execution:act")}
        notice={
          isRefused && (
            <Banner title="You may read only">Members, admins and owners of this project can make actions.</Banner>
          )
        }
        {...create}
      />
      <NewSecret
        secret={made?.secret ?? null}
        onDone={() => {
          const action = finish();
          if (action) router.push(`${base}/${action.id}`);
        }}
      />
    </>
  );
}
