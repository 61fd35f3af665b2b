"use client";

import { useQuery } from "@tanstack/react-query";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { getEventSource } from "@/domain/event-source/registry";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { BackfillItem } from "./backfill-item";
import { BackfillForm } from "./backfill-form";

/** How often the page asks for the progress while a backfill runs, in ms. */
const POLL_MS = 1_000;

type BackfillsProps = { projectId: string; triggerId: string };

/** The tab of a trigger that runs the trigger over stored events, and lists the backfills with their progress. */
export function BackfillsPanel({ projectId, triggerId }: BackfillsProps) {
  const trpc = useTRPC();
  const { may } = usePermissions(projectId);
  const trigger = useQuery(trpc.trigger.get.queryOptions({ projectId, triggerId }));
  const noun = (trigger.data && getEventSource(trigger.data.eventSource)?.noun) ?? { one: "event", many: "events" };
  const list = useQuery(
    trpc.backfill.list.queryOptions(
      { projectId, triggerId },
      { refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === "RUNNING") ? POLL_MS : false) },
    ),
  );
  const mayRun = may("trigger:write");
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      {mayRun ? (
        <BackfillForm projectId={projectId} triggerId={triggerId} noun={noun} />
      ) : (
        <Banner title="You may read only">
          Members, admins and owners of this project can run a trigger over the past.
        </Banner>
      )}
      <Card
        title="Backfills"
        description={`Each ${noun.one} still gets one execution for each action, however often it is run.`}
        isFlush
      >
        {list.error && !list.data ? (
          <div className="m-4">
            <QueryErrorMessage
              title="The backfills could not be loaded"
              message={list.error.message}
              onRetry={() => void list.refetch()}
            />
          </div>
        ) : !list.data ? (
          <div aria-busy className="flex flex-col gap-3 p-5">
            <Skeleton width="60%" />
            <Skeleton width="100%" />
          </div>
        ) : list.data.length === 0 ? (
          <p className="px-5 py-6 text-sm text-muted">
            No backfill yet. A trigger looks at new events; a backfill runs the trigger over stored ones.
          </p>
        ) : (
          <ul aria-label="Backfills" className="divide-y">
            {list.data.map((row) => (
              <BackfillItem key={row.id} projectId={projectId} backfill={row} noun={noun} mayRun={mayRun} />
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}
