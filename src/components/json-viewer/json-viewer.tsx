"use client";

import { useMemo, useState, type ReactNode } from "react";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import { cn } from "@/lib/cn";
import { CopyButton } from "../ui/copy-button";
import { SegmentedControl } from "../ui/segmented-control";
import { JsonNode } from "./json-node";

type JsonViewerProps = {
  /** any JSON value; with `isText`, a text that is parsed if it is JSON */
  value: unknown;
  /** whether `value` is the text as it was sent or received */
  isText?: boolean;
  /** the name of the value: `Request body` */
  label: string;
  /** the number of levels that are open at first */
  openLevels?: number;
  /** buttons at the right of the head, before the copy button */
  actions?: ReactNode;
  className?: string;
};

/** Shows JSON as a tree or as text. Other text is shown unchanged. */
export function JsonViewer({ value, isText = false, label, openLevels = 2, actions, className }: JsonViewerProps) {
  const [view, setView] = useState<"tree" | "text">("tree");
  const { json, text } = useMemo(() => read(value, isText), [value, isText]);
  const isTree = json !== undefined && typeof json.value === "object" && json.value !== null;
  return (
    <figure aria-label={label} className={cn("min-w-0 overflow-clip rounded-lg border bg-sunken", className)}>
      <figcaption className="flex min-h-9 items-center gap-2 border-b bg-surface pr-1 pl-3.5 text-xs">
        <span className="min-w-0 truncate text-muted">{label}</span>
        <span className="ml-auto flex shrink-0 items-center gap-1">
          {actions}
          {isTree && (
            <SegmentedControl
              aria-label={`View of ${label}`}
              size="sm"
              options={views}
              value={view}
              onValueChange={setView}
            />
          )}
          <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
        </span>
      </figcaption>
      <div
        role="region"
        aria-label={`${label}, content`}
        tabIndex={0}
        className="max-h-128 overflow-auto px-3.5 py-3 font-mono text-xs leading-5 outline-offset-[-2px]"
      >
        {isTree && view === "tree" ? (
          <ul>
            <JsonNode value={json.value} openLevels={openLevels} />
          </ul>
        ) : (
          <pre className="break-words whitespace-pre-wrap">
            {text === "" ? <span className="text-subtle">(empty)</span> : text}
          </pre>
        )}
      </div>
    </figure>
  );
}

const views = [
  { value: "tree", label: "Tree" },
  { value: "text", label: "Text" },
] as const;

function read(value: unknown, isText: boolean): { json: { value: unknown } | undefined; text: string } {
  if (!isText || typeof value !== "string") return { json: { value }, text: stringifyJson(value, 2) };
  try {
    return { json: { value: parseJson(value) }, text: value };
  } catch {
    return { json: undefined, text: value };
  }
}
