"use client";

import { createContext, useContext, useState } from "react";
import { ChevronRight, Route } from "lucide-react";
import { stringifyJson } from "@/domain/json/long-number";
import { isObjectOrList } from "@/domain/json/json-kinds";
import { cn } from "@/lib/cn";
import { formatNumber, formatCountWithNoun } from "@/lib/format";
import { useCopyToClipboard } from "@/lib/use-copy-to-clipboard";
import { CopyButton } from "../ui/copy-button";
import { formatJsonPath, type JsonPathStep } from "./json-path";
import { type JsonSearchHits } from "./json-search";

/**
 * The number of entries of an array or object that are shown at first, and that each click on "show more" adds. So a
 * large body renders quickly.
 */
const PAGE = 100;
/** The number of characters of a long text that are shown before a click on "show all". */
const TEXT_MAX = 320;

/**
 * The matches of the search in the JSON viewer; null without a search. During a search the tree shows only the matches
 * and their parents.
 */
export const JsonSearchHitsContext = createContext<JsonSearchHits | null>(null);

type JsonNodeProps = { path: readonly JsonPathStep[]; value: unknown; openLevels: number };

/** Renders one value of a JSON tree. A collapsed object or array renders none of its entries. */
export function JsonNode({ path, value, openLevels }: JsonNodeProps) {
  if (isObjectOrList(value)) return <Branch path={path} value={value} openLevels={openLevels} />;
  return (
    <li className="pl-4">
      {path.length > 0 && <LeafName path={path} />}
      {typeof value === "string" ? (
        <Text text={value} />
      ) : (
        <span className={value === null ? "text-subtle" : "text-running-text"}>{String(value)}</span>
      )}
    </li>
  );
}

function Branch({ path, value, openLevels }: { path: readonly JsonPathStep[]; value: object; openLevels: number }) {
  const hits = useContext(JsonSearchHitsContext);
  const [isOpened, setIsOpened] = useState(openLevels > 0);
  const [shown, setShown] = useState(PAGE);
  const isArray = Array.isArray(value);
  const isOpen = isOpened || hits !== null;
  const all = isOpen ? Object.entries(value) : [];
  const found = hits ? all.filter(([name, child]) => hits.has(isArray ? "" : name, child)) : all;
  const count = isArray ? value.length : Object.keys(value).length;
  const left = found.length - shown;
  const name = path.at(-1);
  const [start, end] = isArray ? ["[", "]"] : ["{", "}"];
  if (count === 0) {
    return (
      <li className="pl-4">
        {path.length > 0 && <LeafName path={path} />}
        <span className="text-subtle">{start + end}</span>
      </li>
    );
  }
  return (
    <li className="group/branch">
      <span className="flex items-center">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setIsOpened(!isOpen)}
          className="flex min-w-0 items-center rounded-sm text-left hover:bg-hover"
        >
          <ChevronRight
            aria-hidden
            className={cn("size-4 shrink-0 p-0.5 text-subtle transition-transform duration-100", isOpen && "rotate-90")}
          />
          {name !== undefined && <span className="mr-2 shrink-0 text-muted">{name}:</span>}
          <span className="text-subtle">
            {start}
            {!isOpen && ` … ${end}`}
            <span className="ml-2 font-sans text-xs">
              {isArray ? formatCountWithNoun(count, "item") : formatCountWithNoun(count, "key")}
            </span>
          </span>
        </button>
        {name !== undefined && (
          <span
            className={cn(
              "ml-1 flex opacity-0 group-hover/branch:opacity-100 focus-within:opacity-100",
              "pointer-coarse:opacity-100",
            )}
          >
            <CopyButton text={() => stringifyJson(value, 2)} label={`Copy ${name}`} className={smallButton} />
            <CopyButton
              text={formatJsonPath(path)}
              label={`Copy the path of ${name}`}
              icon={<Route aria-hidden />}
              className={smallButton}
            />
          </span>
        )}
      </span>
      {isOpen && (
        <ul className="ml-[7px] border-l border-line pl-2">
          {found.slice(0, shown).map(([key, child]) => (
            <JsonNode
              key={key}
              path={[...path, isArray ? Number(key) : key]}
              value={child}
              openLevels={openLevels - 1}
            />
          ))}
          {left > 0 && (
            <li className="pl-4">
              <More onClick={() => setShown(shown + PAGE)}>
                {`show ${formatNumber(Math.min(PAGE, left))} of ${formatNumber(left)} more`}
              </More>
            </li>
          )}
        </ul>
      )}
      {isOpen && <span className="pl-4 text-subtle">{end}</span>}
    </li>
  );
}

const smallButton = "size-5 pointer-coarse:size-7 [&_svg]:size-3";

/**
 * The name of a value without entries, such as a text. A click copies the JSONPath of the value. Tab skips the name.
 * With the keyboard, a person can copy the path of the object or array around the value.
 */
function LeafName({ path }: { path: readonly JsonPathStep[] }) {
  const { state, copy } = useCopyToClipboard();
  const written = formatJsonPath(path);
  return (
    <button
      type="button"
      tabIndex={-1}
      title={state === "copied" ? "Copied" : `Copy the path ${written}`}
      onClick={() => void copy(written)}
      className={cn("mr-2 shrink-0 rounded-sm hover:bg-hover", state === "copied" ? "text-success-text" : "text-muted")}
    >
      {path.at(-1)}:
    </button>
  );
}

function Text({ text }: { text: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const isCut = text.length > TEXT_MAX && !isWhole;
  return (
    <span className="break-words whitespace-pre-wrap text-success-text">
      “{isCut ? text.slice(0, TEXT_MAX) : text}
      {isCut ? "… " : "”"}
      {isCut && <More onClick={() => setIsWhole(true)}>{`show all ${formatNumber(text.length)} characters`}</More>}
    </span>
  );
}

function More({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" onClick={onClick} className="rounded-sm font-sans text-xs text-accent-text hover:underline">
      {children}
    </button>
  );
}
