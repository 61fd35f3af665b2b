"use client";

import { useEffect, useEffectEvent, useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { setLiveState } from "@/lib/live-state";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { watchLive, type LiveMessage } from "./live-tabs";

type Topic = "executions" | "observations" | "triggers" | "actions";

/**
 * The live connection, shared by the tabs of a browser: whatever changed in the project is asked for again, if it is on
 * screen. Mounted once, in the project's frame. Each connection begins with a message that names everything: nobody knows what was missed before it.
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
  const client = useTRPCClient();
  const onMessage = useEffectEvent((message: LiveMessage) => {
    setLiveState({ kind: "live" });
    if (message.projectId === projectId) void refresh(message.topics as readonly Topic[]);
  });
  const onStale = useEffectEvent(() => void refresh(Object.keys(areas) as Topic[]));
  useEffect(
    () =>
      watchLive(
        ({ onMessage, onEnd }) => {
          const { unsubscribe } = client.live.mine.subscribe(undefined, {
            onData: onMessage,
            // Whoever has no session any more is sent to the sign-in by the next call.
            onError: () => (setLiveState({ kind: "reconnecting", since: Date.now() }), onStale(), onEnd()),
          });
          return unsubscribe;
        },
        (message) => onMessage(message),
        () => onStale(),
      ),
    [client],
  );
}
