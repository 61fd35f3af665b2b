"use client";

import { useState } from "react";
import { ChevronRight } from "lucide-react";
import { LongNumber, stringifyJson } from "@/domain/json/long-number";
import { cn } from "@/lib/cn";
import { formatNumber, plural } from "@/lib/format";
import { CopyButton } from "../ui/copy-button";

/** The most entries of an array or object that are shown at a time, so that a large body stays quick. */
const PAGE = 100;
/** The most characters of a text before "show all". */
const TEXT_MAX = 320;

type JsonNodeProps = { name?: string; value: unknown; openLevels: number };

/** One value of a JSON tree. A closed value renders nothing of its content. */
export function JsonNode({ name, value, openLevels }: JsonNodeProps) {
  if (typeof value === "object" && value !== null && !(value instanceof LongNumber))
    return <Branch name={name} value={value} openLevels={openLevels} />;
  return (
    <li className="pl-4">
      <Name name={name} />
      {typeof value === "string" ? (
        <Text text={value} />
      ) : (
        <span className={value === null ? "text-subtle" : "text-running-text"}>{String(value)}</span>
      )}
    </li>
  );
}

function Branch({ name, value, openLevels }: { name?: string; value: object; openLevels: number }) {
  const [isOpen, setIsOpen] = useState(openLevels > 0);
  const [shown, setShown] = useState(PAGE);
  const isArray = Array.isArray(value);
  const entries = isOpen ? Object.entries(value).slice(0, shown) : [];
  const count = isArray ? value.length : Object.keys(value).length;
  const [start, end] = isArray ? ["[", "]"] : ["{", "}"];
  if (count === 0) {
    return (
      <li className="pl-4">
        <Name name={name} />
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
          onClick={() => setIsOpen(!isOpen)}
          className="flex min-w-0 items-center rounded-sm text-left hover:bg-hover"
        >
          <ChevronRight
            aria-hidden
            className={cn("size-4 shrink-0 p-0.5 text-subtle transition-transform duration-100", isOpen && "rotate-90")}
          />
          <Name name={name} />
          <span className="text-subtle">
            {start}
            {!isOpen && ` … ${end}`}
            <span className="ml-2 font-sans text-xs">{isArray ? plural(count, "item") : plural(count, "key")}</span>
          </span>
        </button>
        {name !== undefined && (
          <span className="ml-1 opacity-0 group-hover/branch:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-100">
            <CopyButton
              text={() => stringifyJson(value, 2)}
              label={`Copy ${name}`}
              className="size-5 pointer-coarse:size-7 [&_svg]:size-3"
            />
          </span>
        )}
      </span>
      {isOpen && (
        <ul className="ml-[7px] border-l border-line pl-2">
          {entries.map(([key, child]) => (
            <JsonNode key={key} name={key} value={child} openLevels={openLevels - 1} />
          ))}
          {shown < count && (
            <li className="pl-4">
              <More
                onClick={() => setShown(shown + PAGE)}
              >{`show ${formatNumber(Math.min(PAGE, count - shown))} of ${formatNumber(count - shown)} more`}</More>
            </li>
          )}
        </ul>
      )}
      {isOpen && <span className="pl-4 text-subtle">{end}</span>}
    </li>
  );
}

function Name({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className="mr-2 shrink-0 text-muted">{name}:</span>;
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
