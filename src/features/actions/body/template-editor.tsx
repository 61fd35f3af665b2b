"use client";

import { useMemo, type Ref } from "react";
import { useFieldControl } from "@/components/ui/field-context";
import { cn } from "@/lib/cn";
import { highlightTemplate, type HighlightedTemplatePart } from "./highlight-template";

type TemplateEditorProps = {
  value: string;
  onChange: (value: string) => void;
  /** the number of the line with a problem, marked in the margin; null without a problem */
  problemLine: number | null;
  isReadOnly: boolean;
  ref: Ref<HTMLTextAreaElement>;
};

const colours: Record<HighlightedTemplatePart["kind"], string> = {
  value: "text-accent-text",
  tag: "text-warning-text",
  text: "text-success-text",
  plain: "",
};

/**
 * A template editor with line numbers and syntax colours. The coloured text lies under a textarea with transparent
 * letters. Both are as large as the text, so that the frame around them scrolls both together.
 */
export function TemplateEditor({ value, onChange, problemLine, isReadOnly, ref }: TemplateEditorProps) {
  const field = useFieldControl({});
  const lines = value.split("\n").length;
  const parts = useMemo(() => highlightTemplate(value), [value]);
  const marked = problemLine !== null && problemLine <= lines ? problemLine : 0;
  return (
    <div
      className={cn(
        "control flex max-h-112 w-full overflow-auto p-0",
        "font-mono text-xs leading-5 pointer-coarse:text-base pointer-coarse:leading-6",
      )}
    >
      <pre
        aria-hidden
        className={cn(
          "sticky left-0 z-10 h-fit min-w-9 shrink-0 border-r",
          "bg-sunken py-1.5 font-mono text-right text-subtle select-none",
        )}
      >
        {marked > 0 && <span className="block px-2">{numbers(1, marked - 1)}</span>}
        {marked > 0 && <span className="block bg-danger-soft px-2 font-medium text-danger-text">{marked}</span>}
        <span className="block px-2">{numbers(marked + 1, lines)}</span>
      </pre>
      <div className="relative w-max min-w-0 flex-1">
        <pre aria-hidden className={cn("h-fit min-w-full px-2.5 py-1.5 font-mono", isReadOnly && "opacity-70")}>
          {parts.map(({ kind, text }, index) => (
            <span key={index} className={colours[kind]}>
              {text}
            </span>
          ))}
          {"\n"}
        </pre>
        <textarea
          {...field}
          ref={ref}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          readOnly={isReadOnly}
          rows={lines}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          className={cn(
            "absolute inset-0 size-full resize-none overflow-hidden",
            "bg-transparent px-2.5 py-1.5 font-[inherit] leading-[inherit]",
            "whitespace-pre text-transparent caret-foreground outline-none selection:bg-accent-soft",
          )}
        />
      </div>
    </div>
  );
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index).join("\n");
