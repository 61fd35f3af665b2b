"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ButtonError } from "@/components/button-error";
import { Time } from "@/components/time";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/switch";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { SourceClientTable } from "./source-client-table";
import type { EventKeyWithClients } from "./types";

const notTakenLabels: Record<EventKeyWithClients["notTaken"][number]["kind"], string> = {
  refused: "Rejected",
  left_out: "Left out",
  dropped: "Acknowledged, not kept",
};

/**
 * A card about one event key: the programs that send with it, the items that were not taken, and a switch. The switch
 * leaves out spans that are no step of an LLM application, such as HTTP calls.
 */
export function SourceKeyCard({ projectId, source }: { projectId: string; source: EventKeyWithClients }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.source.setLlmSpansOnly.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.source.pathFilter()),
    }),
  );
  const { id, name, last4, llmSpansOnly, clients, notTaken } = source;
  const hints = [...new Set(clients.flatMap((client) => client.hints))];
  return (
    <Card title={name} description={`Key …${last4}, the last 24 hours`} isFlush>
      {clients.length === 0 ? (
        <p className="px-4 py-4 text-sm text-muted sm:px-5">Nothing has arrived with this key.</p>
      ) : (
        <SourceClientTable clients={clients} />
      )}
      {hints.length > 0 && (
        <ul aria-label="Hints" className="flex flex-col gap-1 border-t px-4 py-3 text-sm sm:px-5">
          {hints.map((hint) => (
            <li key={hint} className="text-muted">
              {hint}
            </li>
          ))}
        </ul>
      )}
      {notTaken.length > 0 && (
        <section aria-label="Not taken" className="border-t px-4 py-3 sm:px-5">
          <h3 className="text-sm font-medium">Not taken</h3>
          <ul className="mt-1 flex flex-col gap-1 text-sm">
            {notTaken.map(({ kind, reason, count, lastAt }) => (
              <li key={`${kind} ${reason}`} className="flex flex-wrap justify-between gap-x-4">
                <span>
                  <span className="text-muted">{notTakenLabels[kind]}:</span> {reason}
                </span>
                <span className="text-muted tabular-nums">
                  {count.toLocaleString("en")}, last <Time value={lastAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="flex items-start justify-between gap-4 border-t px-4 py-3 sm:px-5">
        <div className="text-sm">
          <p className="font-medium">LLM spans only</p>
          <p className="text-muted">
            Leaves out spans of OpenTelemetry clients that belong to no LLM application, such as those of HTTP clients
            and databases. {formatCountWithNoun(notTaken.find(({ kind }) => kind === "left_out")?.count ?? 0, "span")}{" "}
            left out in the last 24 hours.
          </p>
          <ButtonError error={set.error} className="mt-1" />
        </div>
        <Switch
          aria-label={`LLM spans only for ${name}`}
          checked={llmSpansOnly}
          disabled={set.isPending}
          onCheckedChange={(checked) => set.mutate({ projectId, id, llmSpansOnly: checked })}
        />
      </div>
    </Card>
  );
}
