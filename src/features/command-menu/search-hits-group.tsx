"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command as Palette } from "cmdk";
import { Activity, Eye, Send, Zap } from "lucide-react";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { shownExecutionStatusLabels, deriveShownExecutionStatus } from "@/features/shared/execution-status-badge";
import { StatusDot } from "@/components/status";
import { cn } from "@/lib/cn";
import { useTRPC } from "@/lib/trpc/client";
import { useDebounced } from "@/lib/use-debounced";
import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/api/root";

type Hit = inferRouterOutputs<AppRouter>["search"]["find"][number];

const looks = {
  trigger: { icon: Zap, path: "triggers", label: "Trigger" },
  action: { icon: Send, path: "actions", label: "Action" },
  observation: { icon: Eye, path: "observations", label: getEventNounForms().heading },
  execution: { icon: Activity, path: "executions", label: "Execution" },
} as const;

const PAUSE_MS = 150;
const TEXT_MIN = 2;

/** Shows the triggers, actions, executions and events that the server finds for the search text. */
export function SearchHitsGroup(props: { projectId: string; text: string; onGo: (href: string) => void }) {
  const { projectId, text, onGo } = props;
  const trpc = useTRPC();
  const typed = useDebounced(text.trim(), PAUSE_MS);
  const { data } = useQuery({
    ...trpc.search.find.queryOptions({ projectId, text: typed }),
    enabled: typed.length >= TEXT_MIN,
    placeholderData: keepPreviousData,
  });
  if (text.trim().length < TEXT_MIN || !data || data.length === 0) return null;
  return (
    <Palette.Group
      forceMount
      heading="Found"
      className={cn(
        "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1",
        "[&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium",
        "[&_[cmdk-group-heading]]:text-subtle",
      )}
    >
      {data.map((hit) => (
        <FoundItem
          key={`${hit.kind} ${hit.id}`}
          hit={hit}
          onSelect={() => onGo(`/projects/${projectId}/${looks[hit.kind].path}/${encodeURIComponent(hit.id)}`)}
        />
      ))}
    </Palette.Group>
  );
}

function FoundItem({ hit, onSelect }: { hit: Hit; onSelect: () => void }) {
  const { icon: Icon, label } = looks[hit.kind];
  return (
    <Palette.Item
      // The server has already searched, so the menu's own filter must not hide any result.
      forceMount
      value={`found ${hit.kind} ${hit.id}`}
      onSelect={onSelect}
      className={cn(
        "flex h-9 cursor-default items-center gap-2.5",
        "rounded-md px-2.5 text-sm data-[selected=true]:bg-hover pointer-coarse:h-11",
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 stroke-[1.75] text-muted" />
      <span className="sr-only">{label}: </span>
      <span className="min-w-0 flex-1 truncate">{hit.name ?? hit.id}</span>
      {hit.kind === "execution" && <ExecutionHint status={hit.status} code={hit.code} />}
      <span className="max-w-32 truncate font-mono text-xs text-subtle">{hit.id}</span>
    </Palette.Item>
  );
}

function ExecutionHint({ status, code }: Pick<Extract<Hit, { kind: "execution" }>, "status" | "code">) {
  const { tone, label, isHollow } = shownExecutionStatusLabels[deriveShownExecutionStatus({ status })];
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      <StatusDot tone={tone} isHollow={isHollow} />
      {label}
      {code !== null && ` · ${code}`}
    </span>
  );
}
