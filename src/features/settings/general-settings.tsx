"use client";

import { Skeleton } from "@/components/ui/skeleton";
import { DangerZone } from "./danger-zone";
import { GeneralSettingsForm } from "./general-settings-form";
import { OperationalWebhookForm } from "./operational-webhook-form";
import { QueryErrorMessage } from "@/components/query-error-message";
import { useProject } from "./use-project";
import { useTRPC } from "@/lib/trpc/client";
import { useQueryClient } from "@tanstack/react-query";

/**
 * The general settings of a project: its name, which roles read bodies, what is stored and for how long, its
 * operational webhook, and its deletion.
 */
export function GeneralSettings({ projectId, userId }: { projectId: string; userId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { project, error, may } = useProject(projectId);
  if (error && !project)
    return (
      <QueryErrorMessage
        message={error.message}
        onRetry={() => void queryClient.invalidateQueries(trpc.project.get.queryFilter({ projectId }))}
      />
    );
  if (!project) {
    return (
      <div aria-busy="true" className="flex max-w-form flex-col gap-6">
        <Skeleton width="100%" className="h-96" />
      </div>
    );
  }
  return (
    <div className="flex max-w-form flex-col gap-6">
      <GeneralSettingsForm project={project} isReadOnly={!may("retention:manage")} />
      {may("secret:manage") && <OperationalWebhookForm projectId={projectId} />}
      <DangerZone project={project} userId={userId} mayDelete={may("project:delete")} />
    </div>
  );
}
