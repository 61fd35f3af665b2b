"use client";

import { useEffect, useEffectEvent } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { setLiveState } from "@/lib/live-state";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { watchLive, type ConnectionState } from "./live-tabs";
import { createRefresher } from "./refresher";

const topics = ["executions", "observations", "triggers", "actions"] as const;
type Topic = (typeof topics)[number];

/**
 * The least time between two refreshes, ms: at most 24 a minute. A refresh is one request, because simultaneous calls
 * share a request.
 */
const REFRESH_MS = 2_500;

/**
 * Keeps the page up to date over the live connection, which all tabs of a browser share. It loads visible data of the
 * project again after a change. A hidden tab loads nothing and catches up later. The frame of the project's pages calls
 * this once.
 */
export function useLive(projectId: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const client = useTRPCClient();
  const refresh = useEffectEvent((changed: readonly Topic[], round: number) => {
    const areas: Record<Topic, readonly { queryKey: readonly unknown[] }[]> = {
      executions: [
        trpc.execution.list.pathFilter(),
        trpc.execution.get.pathFilter(),
        trpc.bulk.list.pathFilter(),
        trpc.decision.pathFilter(),
        trpc.overview.pathFilter(),
        trpc.trigger.pathFilter(),
        trpc.action.pathFilter(),
        // The counts read many rows, so they are refreshed only in every second round.
        ...(round % 2 === 0 ? [trpc.execution.counts.pathFilter()] : []),
      ],
      observations: [
        trpc.observation.pathFilter(),
        trpc.decision.pathFilter(),
        trpc.overview.pathFilter(),
        trpc.rejectedEvent.pathFilter(),
        trpc.shadow.pathFilter(),
      ],
      triggers: [
        trpc.trigger.pathFilter(),
        trpc.shadow.pathFilter(),
        trpc.draft.pathFilter(),
        trpc.overview.pathFilter(),
        trpc.notice.pathFilter(),
      ],
      actions: [trpc.action.pathFilter(), trpc.overview.pathFilter(), trpc.notice.pathFilter()],
    };
    const keys = new Map(
      changed.flatMap((topic) => areas[topic]).map(({ queryKey }) => [JSON.stringify(queryKey), queryKey]),
    );
    return Promise.all([...keys.values()].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  });
  useEffect(() => {
    const refresher = createRefresher<Topic>({ everyMs: REFRESH_MS, refresh: (...run) => refresh(...run) });
    let connection: ConnectionState = { kind: "connecting" };
    const isHidden = () => document.visibilityState === "hidden";
    const show = () => setLiveState(isHidden() ? { kind: "paused" } : connection);
    const onState = (state: ConnectionState) => {
      connection = state;
      show();
    };
    const onVisibility = () => {
      refresher.setPaused(isHidden());
      show();
    };
    const onOffline = () => onState({ kind: "reconnecting", since: Date.now() });
    const stop = watchLive({
      connect: ({ onMessage, onState, onEnd }) => {
        const { unsubscribe } = client.live.mine.subscribe(undefined, {
          onData: onMessage,
          onConnectionStateChange: ({ state, error }) =>
            onState(
              state === "pending"
                ? { kind: "live" }
                : error
                  ? { kind: "reconnecting", since: Date.now() }
                  : { kind: "connecting" },
            ),
          // Without a session the next call leads to the sign-in page.
          onError: () => (refresher.request(topics), onEnd()),
        });
        return unsubscribe;
      },
      onMessage: (message) => {
        if (message.projectId === projectId) refresher.request(message.topics as readonly Topic[]);
      },
      onState,
      // Changes from before this tab listened are unknown.
      onStale: () => refresher.request(topics),
    });
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("offline", onOffline);
    return () => {
      stop();
      refresher.stop();
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("offline", onOffline);
    };
  }, [client, projectId]);
}
