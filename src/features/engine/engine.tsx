"use client";

import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Skeleton } from "@/components/ui/skeleton";
import { formatNumber } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { FunctionList } from "./function-list";
import { RunList } from "./run-list";
import type { EngineOverview } from "./types";

/** How often the page looks again while it is open and visible. */
export const REFRESH_MS = 5_000;

/** What runs in the background: functions with what they have to do, and the runs of this project. */
export function Engine({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({ ...trpc.engine.get.queryOptions({ projectId }), refetchInterval: REFRESH_MS });
  if (error && !data) {
    return (
      <Banner tone="danger" title="The engine could not be looked at" action={<Button size="sm" onClick={() => void refetch()}>Try again</Button>}>
        {error.message}
      </Banner>
    );
  }
  if (!data) return <Skeleton width="100%" className="h-48" />;
  if (data.kind === "inngest") return <OnServer url={data.dashboardUrl} />;
  return (
    <div className="flex flex-col gap-8">
      <State engine={data} />
      <FunctionList projectId={projectId} functions={data.functions} />
      <RunList projectId={projectId} functions={data.functions} />
    </div>
  );
}

function OnServer({ url }: { url: string }) {
  return (
    <Banner
      title="An Inngest server runs the functions"
      action={
        <a href={url} target="_blank" rel="noreferrer" className={buttonClass({ size: "sm" })}>
          Open its dashboard <ExternalLink aria-hidden />
        </a>
      }
    >
      Runs, retries and throughput are shown there, at {url}. Executions and their attempts are shown here as ever.
    </Banner>
  );
}

function State({ engine }: { engine: Extract<EngineOverview, { kind: "embedded" }> }) {
  if (engine.state === "running") return null;
  const title = engine.state === "overloaded" ? "The engine has more work than it can keep up with" : engine.state === "degraded" ? "The engine is held up" : `The engine is ${engine.state}`;
  return (
    <Banner tone={engine.state === "overloaded" ? "warning" : "danger"} title={title}>
      {engine.message}
      {engine.backlog !== null && ` ${formatNumber(engine.backlog)} events and calls wait.`}
    </Banner>
  );
}
