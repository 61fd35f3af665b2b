"use client";

import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { ActionHealthLabel } from "@/features/shared/action-health-label";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { IconButton } from "@/components/ui/icon-button";
import { shortenMiddle } from "@/lib/shorten-middle";
import { useTRPC } from "@/lib/trpc/client";
import { useDebounced } from "@/lib/use-debounced";
import type { SelectableAction, RenderNewActionSheet } from "../types";
import { useActionsById } from "./use-actions-by-id";

const SEARCH_PAUSE_MS = 200;
const OFFERED_MAX = 50;
const TARGET_LENGTH_MAX = 48;

type ActionPickerProps = {
  projectId: string;
  eventSource: string;
  value: readonly string[];
  onChange: (ids: string[]) => void;
  isDisabled: boolean;
  /** renders the sheet that creates an action; null if the person may not create actions */
  newAction: RenderNewActionSheet | null;
};

/**
 * The field for the actions of a trigger: the chosen actions, a search that adds one, and a button that creates a new
 * action.
 */
export function ActionPicker({ projectId, eventSource, value, onChange, isDisabled, newAction }: ActionPickerProps) {
  const [isCreating, setIsCreating] = useState(false);
  const chosen = useActionsById(projectId, value);
  return (
    <div className="flex flex-col gap-2">
      {value.length > 0 && (
        <ul aria-label="Chosen actions" className="divide-y rounded-lg border">
          {value.map((id) => (
            <ChosenAction
              key={id}
              id={id}
              action={chosen.find((action) => action.id === id)}
              onRemove={isDisabled ? undefined : () => onChange(value.filter((other) => other !== id))}
            />
          ))}
        </ul>
      )}
      {!isDisabled && (
        <div className="flex flex-wrap gap-2">
          <div className="min-w-48 flex-1">
            <ActionSearch projectId={projectId} chosen={value} onChoose={(id) => onChange([...value, id])} />
          </div>
          {newAction && (
            <Button aria-haspopup="dialog" onClick={() => setIsCreating(true)}>
              <Plus aria-hidden /> New action
            </Button>
          )}
        </div>
      )}
      {newAction?.({
        eventSource,
        open: isCreating,
        onClose: () => setIsCreating(false),
        onCreated: (id) => {
          setIsCreating(false);
          onChange([...value, id]);
        },
      })}
    </div>
  );
}

type ChosenActionProps = { id: string; action: SelectableAction | undefined; onRemove: (() => void) | undefined };

function ChosenAction({ id, action, onRemove }: ChosenActionProps) {
  return (
    <li className="flex h-9 items-center gap-2 pr-1 pl-3 text-sm pointer-coarse:h-11">
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">{action?.name ?? id}</span>
        {action && (
          <span className="ml-2 font-mono text-xs text-muted" title={targetOf(action)}>
            {shortenMiddle(targetOf(action), TARGET_LENGTH_MAX)}
          </span>
        )}
      </span>
      {action &&
        (action.problem === null ? (
          <ActionHealthLabel health={action.health} className="text-xs" />
        ) : (
          <Badge tone="danger">Broken</Badge>
        ))}
      {onRemove && (
        <IconButton size="sm" label={`Remove ${action?.name ?? id}`} onClick={onRemove}>
          <X aria-hidden />
        </IconButton>
      )}
    </li>
  );
}

type ActionSearchProps = { projectId: string; chosen: readonly string[]; onChoose: (id: string) => void };

function ActionSearch({ projectId, chosen, onChoose }: ActionSearchProps) {
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), SEARCH_PAUSE_MS);
  const found = useQuery({
    ...trpc.action.list.queryOptions({ projectId, limit: OFFERED_MAX, ...(search ? { search } : {}) }),
    placeholderData: keepPreviousData,
  });
  const items = (found.data?.items ?? []).filter(({ id }) => !chosen.includes(id));
  const isEmpty = found.data?.items.length === 0 && search === "";
  return (
    <Combobox
      aria-label="Add an action"
      groups={[
        {
          label: "Actions",
          items: items.map((action) => ({
            value: action.id,
            label: action.name,
            hint: <ActionHealthLabel health={action.health} />,
            keywords: targetOf(action),
          })),
        },
      ]}
      value={null}
      onValueChange={onChoose}
      onSearch={setText}
      placeholder={isEmpty ? "This project has no actions yet" : "Add an action…"}
      searchPlaceholder="Search actions by name…"
      emptyText={
        found.error ? `The actions could not be loaded: ${found.error.message}` : "No other action has that name."
      }
    />
  );
}

const targetOf = ({ type, target }: SelectableAction): string => target?.address ?? type;
