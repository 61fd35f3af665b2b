"use client";

import { useContext, useEffect, useEffectEvent } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { RequestTimeContext } from "@/components/request-time-context";
import { setConnectionState } from "@/lib/connection-state";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { runAfterPageLoad } from "@/lib/run-after-page-load";
import { watchLiveMessages, type LiveConnectionState } from "./live-tabs";
import { patchExecutionLists, type ListedExecution } from "./patch-execution-lists";
import { createTopicRefresher } from "./topic-refresher";

const topics = ["executions", "observations", "triggers", "actions"] as const;
type Topic = (typeof topics)[number];

/**
 * The least time between two refreshes, ms: at most 24 a minute. A refresh is one request, because simultaneous calls
 * share a request.
 */
const REFRESH_MS = 2_500;
/** After a message with executions, counts and figures are loaded again at most once in this time, ms. */
const FIGURES_MS = 5_000;
/**
 * A page shows every change of which a process heard this long before the page was made, in ms. The clocks of two
 * processes differ.
 */
const SHOWN_MS = 2_000;
/** Each time, the figures are loaded so often before the lists: the cause of a wait changes without a message. */
const LISTS_EVERY = 6;

/**
 * Keeps the page up to date over the live connection, which all tabs of a browser share. A message carries the new
 * state of executions. It loads other visible data of the project again after a change. A hidden tab loads nothing and
 * catches up later. The frame of the project's pages calls this once.
 */
export function useLiveUpdates(projectId: string): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const client = useTRPCClient();
  const madeAt = useContext(RequestTimeContext) ?? -Infinity;
  const figures = [
    trpc.bulk.list.pathFilter(),
    trpc.decision.pathFilter(),
    trpc.overview.pathFilter(),
    trpc.trigger.pathFilter(),
    trpc.action.pathFilter(),
  ];
  const reload = (filters: readonly { queryKey: readonly unknown[] }[]): Promise<unknown> => {
    const keys = new Map(filters.map(({ queryKey }) => [JSON.stringify(queryKey), queryKey]));
    return Promise.all([...keys.values()].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
  const refreshFigures = useEffectEvent((_: unknown, round: number) =>
    reload([
      ...figures,
      trpc.execution.counts.pathFilter(),
      ...(round % LISTS_EVERY === LISTS_EVERY - 1 ? [trpc.execution.list.pathFilter()] : []),
    ]),
  );
  const refresh = useEffectEvent((changed: readonly Topic[], round: number) => {
    const areas: Record<Topic, readonly { queryKey: readonly unknown[] }[]> = {
      executions: [
        trpc.execution.list.pathFilter(),
        trpc.execution.get.pathFilter(),
        ...figures,
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
    return reload(changed.flatMap((topic) => areas[topic]));
  });
  /** Shows the new state of executions. @returns false if the lists have to be loaded again */
  const patch = useEffectEvent((rows: readonly ListedExecution[]): boolean => {
    // A hidden tab catches up with one call when it is shown.
    if (document.visibilityState === "hidden") return false;
    for (const { id } of rows)
      void queryClient.invalidateQueries(trpc.execution.get.queryFilter({ projectId, executionId: id }));
    return patchExecutionLists(queryClient, trpc.execution.list.pathFilter(), { projectId, rows });
  });
  useEffect(() => {
    const refresher = createTopicRefresher<Topic>({ everyMs: REFRESH_MS, refresh: (...run) => refresh(...run) });
    const figuresRefresher = createTopicRefresher<"figures">({
      everyMs: FIGURES_MS,
      refresh: (...run) => refreshFigures(...run),
    });
    let connection: LiveConnectionState = { kind: "connecting" };
    const isHidden = () => document.visibilityState === "hidden";
    const show = () => setConnectionState(isHidden() ? { kind: "paused" } : connection);
    const onState = (state: LiveConnectionState) => {
      connection = state;
      show();
    };
    const onVisibility = () => {
      refresher.setPaused(isHidden());
      figuresRefresher.setPaused(isHidden());
      show();
    };
    const onOffline = () => onState({ kind: "reconnecting", since: Date.now() });
    const watch = () =>
      watchLiveMessages({
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
          if (message.projectId !== projectId || message.changedAt < madeAt - SHOWN_MS) return;
          const isPatched = message.executions !== undefined && patch(message.executions);
          const changed = message.topics as readonly Topic[];
          refresher.request(isPatched ? changed.filter((topic) => topic !== "executions") : changed);
          if (isPatched) figuresRefresher.request(["figures"]);
        },
        onState,
        // Changes from before this tab listened are unknown.
        onStale: () => refresher.request(topics),
      });
    let stop = (): void => undefined;
    const cancel = runAfterPageLoad(() => (stop = watch()));
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("offline", onOffline);
    return () => {
      cancel();
      stop();
      refresher.stop();
      figuresRefresher.stop();
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("offline", onOffline);
    };
  }, [client, projectId, madeAt]);
}
