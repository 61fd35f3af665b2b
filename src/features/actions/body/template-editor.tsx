"use client";

import { useId, type Ref } from "react";
import { useFieldControl } from "@/components/ui/field-context";
import { cn } from "@/lib/cn";

type TemplateEditorProps = {
  value: string;
  onChange: (value: string) => void;
  /** marked at its line */
  problem: { line: number; reason: string } | null;
  isReadOnly: boolean;
  ref: Ref<HTMLTextAreaElement>;
};

/** Several lines of code with their numbers. It is as high as its text, so that the numbers scroll along. */
export function TemplateEditor({ value, onChange, problem, isReadOnly, ref }: TemplateEditorProps) {
  const field = useFieldControl({});
  const problemId = useId();
  const lines = value.split("\n").length;
  const describedBy = [field["aria-describedby"], problem && problemId].filter(Boolean).join(" ") || undefined;
  return (
    <>
      <div className="control flex max-h-112 w-full overflow-y-auto p-0 font-mono text-xs leading-5 focus-within:outline-2">
        <ol aria-hidden className="h-fit min-w-9 shrink-0 border-r bg-sunken py-1.5 text-right text-subtle select-none">
          {Array.from({ length: lines }, (_, index) => (
            <li key={index} data-problem={problem?.line === index + 1 || undefined} className="px-2 data-problem:bg-danger-soft data-problem:font-semibold data-problem:text-danger-text">
              {index + 1}
            </li>
          ))}
        </ol>
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
          aria-invalid={field["aria-invalid"] || problem !== null || undefined}
          aria-describedby={describedBy}
          className={cn("h-fit min-w-0 flex-1 resize-none overflow-x-auto overflow-y-hidden bg-transparent px-2.5 py-1.5 leading-5 outline-none", isReadOnly && "text-muted")}
        />
      </div>
      {problem && (
        <p id={problemId} role="status" className="text-xs text-danger-text">
          Line {problem.line}: {problem.reason}.
        </p>
      )}
    </>
  );
}
