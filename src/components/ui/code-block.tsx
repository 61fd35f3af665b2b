"use client";

import { useState, type ReactNode } from "react";
import { cn } from "@/lib/cn";
import { CopyButton } from "./copy-button";

export type CodeSample = { label: string; code: string };

type CodeBlockProps = {
  /** one text, or one text per language, shown as tabs */
  samples: string | readonly CodeSample[];
  /** the accessible name; also the visible title, unless tabs stand in its place */
  label: string;
  /** buttons in the header, before the copy button */
  actions?: ReactNode;
  /** whether long lines wrap; by default the block scrolls sideways */
  isWrapped?: boolean;
  className?: string;
};

/** Shows code with a copy button. Several samples appear as tabs. */
export function CodeBlock({ samples, label, actions, isWrapped = false, className }: CodeBlockProps) {
  const all: readonly CodeSample[] = typeof samples === "string" ? [{ label, code: samples }] : samples;
  const [chosen, setChosen] = useState(0);
  const sample = all[chosen] ?? all[0];
  if (!sample) return null;
  return (
    <figure aria-label={label} className={cn("min-w-0 overflow-clip rounded-lg border bg-sunken", className)}>
      <figcaption className="flex h-9 items-center gap-3 border-b bg-surface pr-1 pl-3.5 text-xs pointer-coarse:h-11">
        {all.length === 1 ? (
          <span className="text-muted">{label}</span>
        ) : (
          <div className="flex h-full min-w-0 gap-3 overflow-x-auto [scrollbar-width:none]">
            {all.map((item, index) => (
              <button
                key={item.label}
                type="button"
                aria-pressed={item === sample}
                onClick={() => setChosen(index)}
                className={cn(
                  "h-full shrink-0 border-b border-transparent text-muted outline-offset-[-2px]",
                  "hover:text-foreground aria-pressed:border-foreground aria-pressed:text-foreground",
                )}
              >
                {item.label}
              </button>
            ))}
          </div>
        )}
        <span className="ml-auto flex shrink-0 items-center gap-1">
          {actions}
          <CopyButton text={sample.code} label={`Copy ${sample.label}`} />
        </span>
      </figcaption>
      <pre
        tabIndex={0}
        aria-label={`${label}: ${sample.label}`}
        role="region"
        className={cn(
          "max-h-112 overflow-auto px-3.5 py-3 font-mono text-xs leading-5 outline-offset-[-2px] print:max-h-none",
          isWrapped && "break-all whitespace-pre-wrap",
        )}
      >
        <code>{sample.code}</code>
      </pre>
    </figure>
  );
}
