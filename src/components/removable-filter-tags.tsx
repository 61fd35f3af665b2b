"use client";

import { X } from "lucide-react";
import { cn } from "@/lib/cn";
import { Button } from "./ui/button";

export type RemovableFilterTag<Key extends string> = { key: Key; label: string; value: string };

type FilterTagsProps<Key extends string> = {
  tags: readonly RemovableFilterTag<Key>[];
  onRemove: (key: Key) => void;
  onClear: () => void;
};

/**
 * Small buttons above a list: one for each active filter, which removes that filter, and one that clears all filters.
 */
export function RemovableFilterTags<Key extends string>({ tags, onRemove, onClear }: FilterTagsProps<Key>) {
  return (
    <ul aria-label="Filters" className="flex flex-wrap items-center gap-1.5">
      {tags.map(({ key, label, value }) => (
        <li key={key}>
          <button
            type="button"
            aria-label={`Remove the filter ${label}`}
            onClick={() => onRemove(key)}
            className={cn(
              "flex h-6 max-w-80 items-center gap-1 rounded-md border bg-sunken px-1.5 text-xs",
              "hover:border-line-strong pointer-coarse:h-9",
            )}
          >
            <span className="text-muted">{label}</span>
            <span className="truncate">{value}</span>
            <X aria-hidden className="size-3 text-subtle" />
          </button>
        </li>
      ))}
      <li>
        <Button variant="ghost" size="sm" onClick={onClear}>
          Clear
        </Button>
      </li>
    </ul>
  );
}
