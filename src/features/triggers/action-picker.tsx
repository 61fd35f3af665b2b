"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Checkbox } from "@/components/ui/checkbox";
import { Skeleton } from "@/components/ui/skeleton";
import { useTRPC } from "@/lib/trpc/client";
import type { ActionRow } from "./types";

const PAGE = 100;

/** The project's actions, page by page. */
export function useActions(projectId: string) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.action.list.infiniteQueryOptions(
      { projectId, limit: PAGE },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
  );
  return { query, actions: query.data?.pages.flatMap((page) => page.items) };
}

type ActionPickerProps = {
  projectId: string;
  value: readonly string[];
  onChange: (ids: string[]) => void;
  isDisabled: boolean;
  mayCreate: boolean;
};

/** Which actions a trigger starts. */
export function ActionPicker({ projectId, value, onChange, isDisabled, mayCreate }: ActionPickerProps) {
  const { query, actions } = useActions(projectId);
  const toggle = (id: string, isChosen: boolean) =>
    onChange(isChosen ? [...value, id] : value.filter((other) => other !== id));
  if (query.error)
    return <p className="text-sm text-danger-text">The actions could not be loaded: {query.error.message}</p>;
  if (actions === undefined) return <Skeleton className="h-20" />;
  return (
    <div className="flex flex-col gap-2">
      {actions.length > 0 ? (
        <ul className="max-h-72 overflow-y-auto rounded-lg border">
          {actions.map((action) => (
            <li key={action.id} className="flex items-start justify-between gap-3 border-b px-3 py-2.5 last:border-b-0">
              <Checkbox
                className="min-w-0 flex-1"
                checked={value.includes(action.id)}
                onCheckedChange={(isChosen) => toggle(action.id, isChosen)}
                disabled={isDisabled}
                label={action.name}
                help={<span className="font-mono text-xs break-all">{targetOf(action)}</span>}
              />
              {action.disabledAt && <Badge tone="warning">Off</Badge>}
            </li>
          ))}
        </ul>
      ) : (
        <p className="rounded-lg border border-dashed px-3 py-4 text-center text-sm text-muted">
          This project has no actions yet. A trigger starts at least one.
        </p>
      )}
      <div className="flex gap-2">
        {query.hasNextPage && (
          <Button size="sm" isLoading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        )}
        {mayCreate && (
          <ButtonLink href={`/projects/${projectId}/actions/new`} target="_blank" size="sm" variant="ghost">
            <Plus aria-hidden /> Create an action
          </ButtonLink>
        )}
      </div>
    </div>
  );
}

const targetOf = ({ type, configuration }: ActionRow): string =>
  configuration ? `${configuration.method} ${configuration.url}` : type;
