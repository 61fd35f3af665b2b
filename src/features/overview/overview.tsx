"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "@/components/page-header";
import { TroubledActions } from "@/components/troubled-actions";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTRPC } from "@/lib/trpc/client";
import { HourChart } from "./hour-chart";
import { LatestFailures } from "./latest-failures";
import { SetupChecklist } from "./setup-checklist";
import { StatTiles } from "./stat-tiles";

/** What happened in a project in the last 24 hours; before anything could, how to get there. */
export function Overview({ projectId, appUrl }: { projectId: string; appUrl: string }) {
  const trpc = useTRPC();
  const overview = useQuery(trpc.overview.get.queryOptions({ projectId }, { refetchInterval: 60_000 }));
  const project = useQuery(trpc.project.get.queryOptions({ projectId }));
  const { data } = overview;
  const isSetUp = data && data.setup.actions > 0 && data.setup.triggers > 0 && data.setup.observations > 0;
  return (
    <>
      <PageHeader title="Overview" isLive />
      <div className="flex flex-col gap-6">
        <TroubledActions projectId={projectId} />
        {overview.isError && (
          <Banner
            tone="danger"
            title="The numbers could not be loaded"
            action={<Button onClick={() => void overview.refetch()}>Try again</Button>}
          >
            {overview.error.message}
          </Banner>
        )}
        {overview.isPending && <OverviewSkeleton />}
        {data && !isSetUp && (
          <SetupChecklist
            projectId={projectId}
            appUrl={appUrl}
            setup={data.setup}
            permissions={project.data?.permissions ?? []}
          />
        )}
        {data && data.setup.observations > 0 && (
          <>
            <StatTiles projectId={projectId} overview={data} />
            <HourChart projectId={projectId} hours={data.hours} />
            <LatestFailures projectId={projectId} failures={data.failures} />
          </>
        )}
      </div>
    </>
  );
}

function OverviewSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-5">
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} width="100%" className="h-19" />
        ))}
      </div>
      <Skeleton width="100%" className="h-64" />
      <Skeleton width="100%" className="h-40" />
    </div>
  );
}
