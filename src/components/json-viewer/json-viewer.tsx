"use client";

import { useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { ChevronsDownUp, ChevronsUpDown } from "lucide-react";
import { stringifyJson } from "@/domain/json/long-number";
import { isObjectOrList } from "@/domain/json/json-kinds";
import { parseJson } from "@/domain/json/read-json";
import { cn } from "@/lib/cn";
import { formatCappedCount } from "@/lib/format";
import { CopyButton } from "../ui/copy-button";
import { SegmentedControl } from "../ui/segmented-control";
import { IconButton } from "../ui/icon-button";
import { Input } from "../ui/input";
import { JsonSearchHitsContext, JsonNode } from "./json-node";
import { measureJsonDepth, searchJson } from "./json-search";

type JsonViewerProps = {
  /** any JSON value; with `isText`, a text that the viewer parses if the text is JSON */
  value: unknown;
  /** whether `value` is the raw text of a body */
  isText?: boolean;
  /** the title of the viewer, such as `Request body` */
  label: string;
  /** the number of levels that are expanded at first */
  openLevels?: number;
  /** buttons in the header, before the copy button */
  actions?: ReactNode;
  className?: string;
};

/** Shows JSON as a tree with a search, or as text. A text that is not JSON is shown unchanged. */
export function JsonViewer({ value, isText = false, label, openLevels = 2, actions, className }: JsonViewerProps) {
  const [view, setView] = useState<"tree" | "text">("tree");
  const [levels, setLevels] = useState(openLevels);
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search);
  const { json, text } = useMemo(() => read(value, isText), [value, isText]);
  const isTree = json !== undefined && isObjectOrList(json.value);
  const depth = useMemo(() => (isTree ? measureJsonDepth(json.value) : 0), [isTree, json]);
  const hits = useMemo(() => (isTree ? searchJson(json.value, wanted) : null), [isTree, json, wanted]);
  const fold = (by: -1 | 1) => setLevels(Math.min(depth, Math.max(1, Math.min(levels, depth) + by)));
  const isShort = text.length < SHORT_MAX;
  return (
    <figure
      aria-label={label}
      className={cn("@container min-w-0 overflow-clip rounded-lg border bg-sunken", className)}
    >
      <figcaption className="flex min-h-9 flex-wrap items-center gap-x-2 border-b bg-surface pr-1 pl-3.5 text-xs">
        <span className="min-w-0 flex-1 truncate text-muted">{label}</span>
        {isTree && view === "tree" && !isShort && (
          <span className="flex items-center gap-1 @max-[26rem]:order-last @max-[26rem]:basis-full @max-[26rem]:pb-1">
            <Input
              type="search"
              aria-label={`Search ${label.toLowerCase()}`}
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              suffix={hits && <span role="status">{formatCappedCount(hits.count)}</span>}
              className="h-6 w-32 pointer-coarse:h-8"
            />
            <IconButton label="Fold one level" size="sm" disabled={levels <= 1} onClick={() => fold(-1)}>
              <ChevronsDownUp aria-hidden />
            </IconButton>
            <IconButton label="Unfold one level" size="sm" disabled={levels >= depth} onClick={() => fold(1)}>
              <ChevronsUpDown aria-hidden />
            </IconButton>
          </span>
        )}
        <span className="flex shrink-0 items-center gap-1">
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
        className={cn(
          "max-h-128 overflow-auto px-3.5 py-3 font-mono text-xs leading-5 outline-offset-[-2px] print:max-h-none",
        )}
      >
        {isTree && view === "tree" ? (
          hits?.count === 0 ? (
            <p className="text-subtle">Nothing contains “{wanted}”.</p>
          ) : (
            <JsonSearchHitsContext value={hits}>
              <ul key={levels}>
                <JsonNode path={[]} value={json.value} openLevels={levels} />
              </ul>
            </JsonSearchHitsContext>
          )
        ) : (
          <pre className="break-words whitespace-pre-wrap">
            {text === "" ? <span className="text-subtle">(empty)</span> : text}
          </pre>
        )}
      </div>
    </figure>
  );
}

/** A text with fewer characters gets no search field and no buttons that expand and collapse. */
const SHORT_MAX = 400;

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
