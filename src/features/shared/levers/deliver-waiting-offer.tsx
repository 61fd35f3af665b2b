"use client";

import { useQuery } from "@tanstack/react-query";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { usePullLever } from "./use-pull-lever";

/**
 * Shown after a successful test of a saved action: a button that delivers the executions that wait for the endpoint.
 */
export function DeliverWaitingOffer({ projectId, actionId }: { projectId: string; actionId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.action.leverEffects.queryOptions({ projectId, actionId }, { staleTime: 0 }));
  const { pull, isPending } = usePullLever({ projectId, action: { id: actionId, name: data?.health.name ?? "It" } });
  if (!data || data.waiting === 0 || data.health.word === "off" || data.health.pausedBy !== null) return null;
  const waiting =
    data.waiting === 1 ? "the execution that waits" : `the ${formatCountWithNoun(data.waiting, "execution")} that wait`;
  return (
    <Banner
      tone="success"
      className="mb-4"
      title="The endpoint answers again"
      action={
        <Button size="sm" isLoading={isPending} onClick={() => pull("send")}>
          Deliver {data.waiting === 1 ? "it" : `the ${formatCountWithNoun(data.waiting, "execution")}`}
        </Button>
      }
    >
      Deliver {waiting}?
    </Banner>
  );
}
