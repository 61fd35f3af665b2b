"use client";

import { useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "@/lib/trpc/client";

type Topic = "executions" | "observations" | "triggers" | "actions";

/**
 * The one live connection of a project: whatever changed is asked for again, if it is on screen. Mounted once, in the
 * project's frame. Each connection begins with a message that names everything: nobody knows what was missed before it.
 */
export function useLive(projectId: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const areas: Record<Topic, readonly { queryKey: readonly unknown[] }[]> = {
    executions: [
      trpc.execution.pathFilter(),
      trpc.overview.pathFilter(),
      trpc.trigger.pathFilter(),
      trpc.action.pathFilter(),
    ],
    observations: [trpc.observation.pathFilter(), trpc.overview.pathFilter(), trpc.rejectedEvent.pathFilter()],
    triggers: [trpc.trigger.pathFilter(), trpc.overview.pathFilter()],
    actions: [trpc.action.pathFilter(), trpc.overview.pathFilter()],
  };
  const pending = useRef(new Set<Topic>());
  const isRefreshing = useRef(false);
  /** One round at a time: a fetch under way may have begun before the change, so it is begun again, but never for ever. */
  const refresh = async (topics: readonly Topic[]): Promise<void> => {
    for (const topic of topics) pending.current.add(topic);
    if (isRefreshing.current) return;
    isRefreshing.current = true;
    while (pending.current.size > 0) {
      const stale = new Map(
        [...pending.current]
          .flatMap((topic) => areas[topic])
          .map((filter) => [JSON.stringify(filter.queryKey), filter]),
      );
      pending.current.clear();
      await Promise.all(
        [...stale.values()].map((filter) => queryClient.invalidateQueries({ queryKey: filter.queryKey })),
      );
    }
    isRefreshing.current = false;
  };
  useSubscription(
    trpc.live.changes.subscriptionOptions({ projectId }, { onData: ({ topics }) => void refresh(topics) }),
  );
}
