"use client";

import type { ReactNode } from "react";
import { useMutation } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { Card } from "@/components/ui/card";
import { cn } from "@/lib/cn";
import { useTRPC } from "@/lib/trpc/client";

type DangerZoneProps = { project: { id: string; name: string }; userId: string; mayDelete: boolean };

/** The card with the buttons that leave and delete a project. */
export function DangerZone({ project, userId, mayDelete }: DangerZoneProps) {
  const trpc = useTRPC();
  const projectId = project.id;
  const options = {
    // A full page load, not a client navigation, so that the project's data leaves the memory.
    onSuccess: () => window.location.assign("/projects"),
  };
  const remove = useMutation(trpc.project.remove.mutationOptions(options));
  const leave = useMutation(trpc.member.remove.mutationOptions(options));
  return (
    <Card title="Danger zone">
      <div className="flex flex-col gap-5">
        <Row
          title="Leave this project"
          description="You lose access at once. An admin can invite you again; the only owner cannot leave."
        >
          <ConfirmButton
            title={`Leave ${project.name}?`}
            description="You lose access at once, and need an invitation to come back."
            confirmLabel="Leave"
            isDanger
            onConfirm={() => leave.mutateAsync({ projectId, userId })}
          >
            Leave…
          </ConfirmButton>
        </Row>
        {mayDelete && (
          <Row
            title="Delete this project"
            description="Its keys are refused, its triggers stop, and waiting executions are cancelled."
          >
            <ConfirmButton
              variant="danger-ghost"
              title={`Delete ${project.name}?`}
              description={
                "Nobody reaches it any more. Its event keys are refused, its triggers stop, and waiting " +
                "executions are cancelled."
              }
              confirmLabel="Delete project"
              isDanger
              typeToConfirm={project.name}
              onConfirm={() => remove.mutateAsync({ projectId })}
            >
              Delete…
            </ConfirmButton>
          </Row>
        )}
      </div>
    </Card>
  );
}

function Row({ title, description, children }: { title: string; description: string; children: ReactNode }) {
  return (
    <div
      className={cn(
        "flex flex-wrap items-center justify-between gap-x-6",
        "gap-y-3 border-b pb-5 last:border-b-0 last:pb-0",
      )}
    >
      <div className="min-w-0 flex-1 basis-64">
        <h3 className="text-sm font-medium">{title}</h3>
        <p className="text-sm text-muted">{description}</p>
      </div>
      {children}
    </div>
  );
}
