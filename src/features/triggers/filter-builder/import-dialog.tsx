"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import type { FilterSource } from "@/domain/filter/check";
import { describeFilter } from "@/domain/filter/describe";
import { parseFilterJson } from "@/domain/filter/json";
import type { Filter } from "@/domain/filter/schema";
import { describeTextProblems } from "./text-problems";

type ImportDialogProps = {
  source: FilterSource;
  open: boolean;
  onClose: () => void;
  onImport: (filter: Filter) => void;
};

const example = '[{ "column": "level", "type": "stringOptions",\n   "operator": "any of", "value": ["ERROR"] }]';

/** Takes a filter of Langfuse's, as its table of observations and its API have it, and says what of it cannot be had here. */
export function ImportDialog({ source, open, onClose, onImport }: ImportDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="Import from Langfuse"
      description={`The filter of its table of ${source.noun.many}: a JSON array of conditions. It replaces the filter.`}
      size="lg"
    >
      <ImportForm source={source} onClose={onClose} onImport={onImport} />
    </Dialog>
  );
}

function ImportForm({ source, onClose, onImport }: Omit<ImportDialogProps, "open">) {
  const [text, setText] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const parsed = text.trim() === "" ? null : parseFilterJson(text, source);
  const problems = parsed?.problems
    ? describeTextProblems(parsed.problems)
    : !parsed && wasTried
      ? ["Paste a filter first."]
      : [];
  const submit = () => {
    setWasTried(true);
    if (!parsed?.filter) return;
    onImport(parsed.filter);
    onClose();
  };
  return (
    <div className="flex flex-col gap-4">
      <Field
        label="Langfuse filter"
        error={problems.length > 0 ? problems.join("\n") : undefined}
        className="whitespace-pre-line"
      >
        <Textarea
          isMono
          rows={9}
          spellCheck={false}
          placeholder={example}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="text-xs leading-5"
        />
      </Field>
      <p aria-live="polite" className="min-h-5 text-sm break-words text-muted">
        {parsed?.filter && (
          <>
            Matches {source.noun.many} where{" "}
            <span className="text-foreground">{describeFilter(source, parsed.filter)}</span>.
          </>
        )}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" onClick={submit}>
          Import
        </Button>
      </div>
    </div>
  );
}
