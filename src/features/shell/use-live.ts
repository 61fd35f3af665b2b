"use client";

import { useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "@/lib/trpc/client";

type Topic = "executions" | "observations" | "triggers" | "actions";

/**
 * The one live connection of a project: whatever changed is asked for again, if it is on screen. Mounted once, in the
 * project's frame. After an interruption everything is asked for again, since nobody knows what was missed.
 */
export function useLive(projectId: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const wasLost = useRef(false);
  const areas: Record<Topic, readonly { queryKey: readonly unknown[] }[]> = {
    executions: [trpc.execution.pathFilter(), trpc.overview.pathFilter(), trpc.trigger.pathFilter(), trpc.action.pathFilter()],
    observations: [trpc.observation.pathFilter(), trpc.overview.pathFilter(), trpc.rejectedEvent.pathFilter()],
    triggers: [trpc.trigger.pathFilter(), trpc.overview.pathFilter()],
    actions: [trpc.action.pathFilter(), trpc.overview.pathFilter()],
  };
  const refresh = (topics: readonly Topic[]) => {
    const stale = new Map(topics.flatMap((topic) => areas[topic]).map((filter) => [JSON.stringify(filter.queryKey), filter]));
    for (const filter of stale.values()) void queryClient.invalidateQueries({ queryKey: filter.queryKey }, { cancelRefetch: false });
  };
  useSubscription(
    trpc.live.changes.subscriptionOptions(
      { projectId },
      {
        onData: ({ topics }) => refresh(topics),
        onConnectionStateChange: ({ state }) => {
          if (state === "connecting") wasLost.current = true;
          if (state !== "pending" || !wasLost.current) return;
          wasLost.current = false;
          refresh(["executions", "observations", "triggers", "actions"]);
        },
      },
    ),
  );
}
