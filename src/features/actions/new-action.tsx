"use client";

import { useState } from "react";
import { useRouter } from "next/navigation";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PageHeader } from "@/components/page-header";
import { Banner } from "@/components/ui/banner";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { ActionForm } from "./action-form";
import { NewSecret } from "./new-secret";
import { newAction } from "./types";

const noneKept: ReadonlyMap<string, string> = new Map();

/** The page that makes an action, and shows its signing secret once. */
export function NewAction({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { may, isPending } = usePermissions(projectId);
  const create = useMutation(trpc.action.create.mutationOptions());
  const [made, setMade] = useState<{ id: string; secret: string; warning: string | null } | null>(null);
  const base = `/projects/${projectId}/actions`;
  const isRefused = !isPending && !may("action:write");
  return (
    <>
      <PageHeader title="New action" parents={[{ label: "Actions", href: base }]} />
      <ActionForm
        projectId={projectId}
        actionId={null}
        initial={newAction}
        kept={noneKept}
        isReadOnly={isRefused}
        mayTest={may("execution:act")}
        notice={
          isRefused && (
            <Banner title="You may read only">Members, admins and owners of this project can make actions.</Banner>
          )
        }
        save={async (values) => {
          setMade(await create.mutateAsync({ projectId, type: "webhook", ...values }));
          await queryClient.invalidateQueries(trpc.action.list.pathFilter());
        }}
        onConflict={() =>
          toast.error("The action could not be created", {
            description: "Something it needs has changed meanwhile. Try again.",
          })
        }
      />
      <NewSecret
        secret={made?.secret ?? null}
        onDone={() => {
          if (!made) return;
          const { id, warning } = made;
          setMade(null);
          if (warning === null) toast.success("Action created");
          else toast.info("Action created, with a warning", { description: warning, timeoutMs: 20_000 });
          router.push(`${base}/${id}`);
        }}
      />
    </>
  );
}
