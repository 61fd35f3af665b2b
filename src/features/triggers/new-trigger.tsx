"use client";

import { useState } from "react";
import { useRouter } from "next/navigation";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PageHeader } from "@/components/page-header";
import { Banner } from "@/components/ui/banner";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { TriggerForm } from "./trigger-form";
import type { NewActionSlot } from "./types";
import { newTrigger } from "./use-trigger-form";

/** The page that makes a trigger. */
export function NewTrigger({ projectId, newAction }: { projectId: string; newAction: NewActionSlot }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { may, isPending } = usePermissions(projectId);
  const create = useMutation(trpc.trigger.create.mutationOptions());
  const [initial] = useState(newTrigger);
  const base = `/projects/${projectId}/triggers`;
  const isRefused = !isPending && !may("trigger:write");
  return (
    <>
      <PageHeader title="New trigger" parents={[{ label: "Triggers", href: base }]} />
      <TriggerForm
        projectId={projectId}
        triggerId={null}
        initial={initial}
        isReadOnly={isRefused}
        newAction={may("action:write") ? newAction : null}
        notice={
          isRefused && (
            <Banner title="You may read only">Members, admins and owners of this project can make triggers.</Banner>
          )
        }
        save={async (input) => {
          const { id } = await create.mutateAsync({ projectId, ...input });
          toast.success("Trigger created", {
            description: input.status === "ACTIVE" ? "It looks at events from now on." : "It is switched off.",
          });
          await queryClient.invalidateQueries(trpc.trigger.pathFilter());
          router.push(`${base}/${id}`);
        }}
        onConflict={() =>
          toast.error("The trigger could not be created", {
            description: "Something it needs has changed meanwhile. Try again.",
          })
        }
      />
    </>
  );
}
