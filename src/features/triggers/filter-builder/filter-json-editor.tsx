"use client";

import { useState } from "react";
import { ClipboardPaste, Download } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import type { FilterableSource } from "@/domain/filter/check-filter";
import type { Filter } from "@/domain/filter/schema";
import { ExportFilterDialog } from "./export-filter-dialog";
import { makeJsonTabText, type JsonTextDraft } from "./json-tab-text";
import { describeTextProblems } from "./describe-text-problems";

type JsonEditorProps = {
  source: FilterableSource;
  filter: Filter;
  onChange: (filter: Filter) => void;
  draft: JsonTextDraft | null;
  onDraft: (draft: JsonTextDraft | null) => void;
  /** the problems of the filter, shown if the text is valid JSON */
  problems: readonly string[];
  onPaste: () => void;
  isDisabled: boolean;
};

/**
 * The JSON tab of the filter builder: a text field with the filter as JSON. A pasted filter in Langfuse's format is
 * converted.
 */
export function FilterJsonEditor({ problems, onPaste, isDisabled, ...own }: JsonEditorProps) {
  const { source, filter } = own;
  const draft = makeJsonTabText(own);
  const [isExporting, setIsExporting] = useState(false);
  const errors = draft.problems.length > 0 ? describeTextProblems(draft.problems) : problems;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Field
        label="Filter as JSON"
        aside={<CopyButton text={draft.text} label="Copy filter" className="-my-1" />}
        help={
          "Groups (all, any, none) of conditions, or an array of Langfuse's filters. " +
          "Applied as soon as the JSON is valid."
        }
        error={errors.length > 0 ? errors.join("\n") : undefined}
        className="whitespace-pre-line"
      >
        <Textarea
          isMono
          spellCheck={false}
          value={draft.text}
          disabled={isDisabled}
          onChange={(event) => draft.edit(event.target.value)}
          className="max-h-112 min-h-56 text-xs leading-5"
        />
      </Field>
      {draft.isForeign && draft.problems.length === 0 && (
        <Banner
          tone="success"
          title="Imported from Langfuse"
          action={
            <Button size="sm" onClick={draft.discard}>
              Show as saved
            </Button>
          }
        >
          It is saved in this program&apos;s own format.
        </Banner>
      )}
      <div className="flex flex-wrap gap-1.5">
        {!isDisabled && (
          <Button size="sm" aria-haspopup="dialog" onClick={onPaste}>
            <ClipboardPaste aria-hidden />
            Paste a filter
          </Button>
        )}
        <Button size="sm" aria-haspopup="dialog" onClick={() => setIsExporting(true)}>
          <Download aria-hidden />
          Export
        </Button>
      </div>
      <ExportFilterDialog source={source} filter={filter} open={isExporting} onClose={() => setIsExporting(false)} />
    </div>
  );
}
