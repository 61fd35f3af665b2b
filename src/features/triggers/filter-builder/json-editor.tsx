"use client";

import { Textarea } from "@/components/ui/textarea";
import { Field } from "@/components/ui/field";
import { CopyButton } from "@/components/ui/copy-button";

type JsonEditorProps = { text: string; onChange: (text: string) => void; problems: readonly string[]; isDisabled: boolean };

/** The filter as JSON, to paste and to keep elsewhere. */
export function JsonEditor({ text, onChange, problems, isDisabled }: JsonEditorProps) {
  return (
    <Field
      label="Filter as JSON"
      aside={<CopyButton text={text} label="Copy filter" className="-my-1" />}
      help="Groups (all, any, none) of conditions. Applied as soon as it can be read."
      error={problems.length > 0 ? problems.join("\n") : undefined}
      className="whitespace-pre-line"
    >
      <Textarea
        isMono
        spellCheck={false}
        value={text}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.value)}
        className="max-h-112 min-h-56 text-xs leading-5"
      />
    </Field>
  );
}
