"use client";

import { memo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import type { FilterableSource } from "@/domain/filter/check-filter";
import { describeFilter } from "@/domain/filter/describe-filter";
import { parseFilterJson } from "@/domain/filter/filter-json";
import type { Filter } from "@/domain/filter/schema";
import { describeTextProblems } from "./describe-text-problems";

type ImportDialogProps = {
  source: FilterableSource;
  open: boolean;
  onClose: () => void;
  onImport: (filter: Filter) => void;
};

const example = '[{ "column": "level", "type": "stringOptions",\n   "operator": "any of", "value": ["ERROR"] }]';

/**
 * A dialog that imports a filter from JSON, in this program's format or in that of Langfuse's observations table. It
 * names the parts that cannot be imported. If the person closes the dialog, the typed text stays until they leave the
 * form.
 */
export const ImportFilterDialog = memo(function ImportFilterDialog({
  source,
  open,
  onClose,
  onImport,
}: ImportDialogProps) {
  const [text, setText] = useState("");
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="Paste a filter"
      description={
        `JSON of this form, or the filter of Langfuse's table of ${source.noun.many}. ` +
        "It replaces the filter; undo brings it back."
      }
      size="lg"
    >
      <ImportForm source={source} text={text} onText={setText} onClose={onClose} onImport={onImport} />
    </Dialog>
  );
});

type ImportFormProps = Omit<ImportDialogProps, "open"> & { text: string; onText: (text: string) => void };

function ImportForm({ source, text, onText, onClose, onImport }: ImportFormProps) {
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
    onText("");
    onClose();
  };
  return (
    <div className="flex flex-col gap-4">
      <Field
        label="Filter as JSON"
        error={problems.length > 0 ? problems.join("\n") : undefined}
        className="whitespace-pre-line"
      >
        <Textarea
          isMono
          rows={9}
          spellCheck={false}
          placeholder={example}
          value={text}
          onChange={(event) => onText(event.target.value)}
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
          Use this filter
        </Button>
      </div>
    </div>
  );
}
