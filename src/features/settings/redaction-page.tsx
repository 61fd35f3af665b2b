"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useTRPC } from "@/lib/trpc/client";
import { QueryErrorMessage } from "@/components/query-error-message";
import { RedactionForm } from "./redaction-form";

/** The settings page for the redaction rules of a project: which values of events are never stored. */
export function RedactionPage({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const { data, isLoadingError, error, refetch } = useQuery(trpc.redaction.get.queryOptions({ projectId }));
  if (isLoadingError) return <QueryErrorMessage message={error.message} onRetry={() => void refetch()} />;
  return (
    <div className="flex max-w-form flex-col gap-6">
      {data ? (
        <RedactionForm projectId={projectId} saved={data} />
      ) : (
        <Card title="Redaction rules">
          <Skeleton width="100%" className="h-40" />
        </Card>
      )}
    </div>
  );
}
