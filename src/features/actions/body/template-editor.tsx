"use client";

import type { Ref } from "react";
import { useFieldControl } from "@/components/ui/field-context";
import { cn } from "@/lib/cn";

type TemplateEditorProps = {
  value: string;
  onChange: (value: string) => void;
  /** the line that the margin marks; null without a problem */
  problemLine: number | null;
  isReadOnly: boolean;
  ref: Ref<HTMLTextAreaElement>;
};

/** An editor with line numbers. It is as high as its text, so that the numbers scroll along. */
export function TemplateEditor({ value, onChange, problemLine, isReadOnly, ref }: TemplateEditorProps) {
  const field = useFieldControl({});
  const lines = value.split("\n").length;
  const marked = problemLine !== null && problemLine <= lines ? problemLine : 0;
  return (
    <div className="control flex max-h-112 w-full overflow-y-auto p-0 font-mono text-xs leading-5 pointer-coarse:text-base pointer-coarse:leading-6">
      <pre
        aria-hidden
        className="h-fit min-w-9 shrink-0 border-r bg-sunken py-1.5 font-mono text-right text-subtle select-none"
      >
        {marked > 0 && <span className="block px-2">{numbers(1, marked - 1)}</span>}
        {marked > 0 && <span className="block bg-danger-soft px-2 font-semibold text-danger-text">{marked}</span>}
        <span className="block px-2">{numbers(marked + 1, lines)}</span>
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
          "h-fit min-w-0 flex-1 resize-none overflow-x-auto overflow-y-hidden bg-transparent px-2.5 py-1.5 outline-none",
          isReadOnly && "text-muted",
        )}
      />
    </div>
  );
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index).join("\n");
