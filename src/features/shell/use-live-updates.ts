"use client";

import { useContext, useEffect, useEffectEvent } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { RequestTimeContext } from "@/components/request-time-context";
import { setConnectionState } from "@/lib/connection-state";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { runOutsidePress } from "@/lib/pointer-press";
import { runAfterPageLoad } from "@/lib/run-after-page-load";
import { watchLiveMessages, type LiveConnectionState, type LiveMessage } from "./live-tabs";
import { patchExecutionLists, type ListedExecution } from "./patch-execution-lists";
import { createTopicRefresher } from "./topic-refresher";

const topics = ["executions", "observations", "triggers", "actions"] as const;
type Topic = (typeof topics)[number];

/**
 * The shortest time between two refreshes, in ms, so at most 24 refreshes a minute. A refresh is one HTTP request,
 * because tRPC batches calls of the same moment.
 */
const REFRESH_MS = 2_500;
/** The shortest time between two reloads of counts and figures after messages about executions, in ms. */
const FIGURES_MS = 5_000;
/**
 * Changes that are more than this older than the rendered page are surely in the page, in ms. The margin covers
 * differences between the clocks of server processes.
 */
const SHOWN_MS = 2_000;
/**
 * Every sixth reload of the figures also reloads the list of executions, because the reason of a wait can change
 * without a live message.
 */
const LIST_EVERY = 6;

/**
 * Keeps a project's pages up to date over the live connection, which all tabs of a browser share. Changed executions
 * arrive within the message. The other visible data that the change can concern is loaded again. A hidden tab loads
 * nothing until it is visible again. `ProjectShell` calls this hook once.
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
      ...(round % LIST_EVERY === LIST_EVERY - 1 ? [trpc.execution.list.pathFilter()] : []),
    ]),
  );
  const refresh = useEffectEvent((changed: readonly Topic[], round: number) => {
    const areas: Record<Topic, readonly { queryKey: readonly unknown[] }[]> = {
      executions: [
        trpc.execution.list.pathFilter(),
        trpc.execution.get.pathFilter(),
        ...figures,
        // The server reads many rows to count executions, so only every second refresh reloads the counts.
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
  /**
   * Writes the new state of executions into the page.
   * @returns false if the lists must be loaded again
   */
  const patch = useEffectEvent((rows: readonly ListedExecution[]): boolean => {
    // A hidden tab reloads its lists once when it becomes visible.
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
    const onMessage = (message: LiveMessage) => {
      if (message.projectId !== projectId || message.changedAt < madeAt - SHOWN_MS) return;
      const isPatched = message.executions !== undefined && patch(message.executions);
      const changed = message.topics as readonly Topic[];
      refresher.request(isPatched ? changed.filter((topic) => topic !== "executions") : changed);
      if (isPatched) figuresRefresher.request(["figures"]);
    };
    const onVisibility = () => {
      refresher.setPaused(isHidden());
      figuresRefresher.setPaused(isHidden());
      show();
    };
    const watch = () =>
      watchLiveMessages({
        connect: ({ onMessage, onState, onEnd }) => {
          const { unsubscribe } = client.live.mine.subscribe(undefined, {
            onData: onMessage,
            onConnectionStateChange: ({ state, error }) => {
              if (state === "pending") onState({ kind: "live" });
              else if (error) onState({ kind: "reconnecting", since: Date.now() });
              // While the page is out of date, it keeps the time of its data.
              else if (connection.kind !== "reconnecting") onState({ kind: "connecting" });
            },
            // If the session has ended, this refresh fails, and its error opens the sign-in page.
            onError: () => (refresher.request(topics), onEnd()),
          });
          return unsubscribe;
        },
        onMessage: (message) => runOutsidePress(() => onMessage(message)),
        onState,
        // The tab may have missed changes from before it listened, so it loads everything once.
        onStale: () => refresher.request(topics),
      });
    let stop = (): void => undefined;
    const cancel = runAfterPageLoad(() => (stop = watch()));
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      cancel();
      stop();
      refresher.stop();
      figuresRefresher.stop();
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [client, projectId, madeAt]);
}
