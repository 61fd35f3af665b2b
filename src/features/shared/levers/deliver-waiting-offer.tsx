"use client";

import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { ButtonError } from "@/components/button-error";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { useRunActionLever } from "./use-run-action-lever";

/**
 * A banner after a successful test of a saved action. Its button delivers the executions that wait for the endpoint. If
 * none waits, or a person has paused or switched off the action, it shows nothing.
 */
export function DeliverWaitingOffer({ projectId, actionId }: { projectId: string; actionId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.action.leverEffects.queryOptions({ projectId, actionId }, { staleTime: 0 }));
  const [problem, setProblem] = useState<Error | null>(null);
  const { run, isPending } = useRunActionLever({
    projectId,
    action: { id: actionId, name: data?.health.name ?? "It" },
  });
  if (!data || data.waiting === 0 || data.health.word === "off" || data.health.pausedBy !== null) return null;
  const deliver = () => {
    setProblem(null);
    run("send").catch(setProblem);
  };
  const waiting =
    data.waiting === 1 ? "the execution that waits" : `the ${formatCountWithNoun(data.waiting, "execution")} that wait`;
  return (
    <Banner
      tone="success"
      className="mb-4"
      title="The endpoint answers again"
      action={
        <Button size="sm" isLoading={isPending} onClick={deliver}>
          Deliver {data.waiting === 1 ? "it" : `the ${formatCountWithNoun(data.waiting, "execution")}`}
        </Button>
      }
    >
      Deliver {waiting}?
      <ButtonError error={problem} className="mt-1" />
    </Banner>
  );
}
