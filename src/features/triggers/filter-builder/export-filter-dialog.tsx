"use client";

import { useState } from "react";
import { Download } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { FilterableSource } from "@/domain/filter/check-filter";
import { formatFilterJson } from "@/domain/filter/filter-json";
import { stringifyJson } from "@/domain/json/long-number";
import { exportLangfuseFilter } from "@/domain/filter/langfuse/export";
import type { Filter } from "@/domain/filter/schema";

type ExportDialogProps = { source: FilterableSource; filter: Filter; open: boolean; onClose: () => void };

const formats = [
  { value: "json", label: "JSON" },
  { value: "langfuse", label: "Langfuse" },
] as const;

/** A dialog in which a person copies or downloads the filter as JSON, in this program's format or in Langfuse's. */
export function ExportFilterDialog({ source, filter, open, onClose }: ExportDialogProps) {
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title="Export the filter" size="lg">
      <Export source={source} filter={filter} />
    </Dialog>
  );
}

function Export({ source, filter }: Pick<ExportDialogProps, "source" | "filter">) {
  const [format, setFormat] = useState<"json" | "langfuse">("json");
  const { text, problems } =
    format === "json" ? { text: formatFilterJson(filter), problems: [] } : langfuseText(source, filter);
  return (
    <div className="flex flex-col items-start gap-4">
      <SegmentedControl aria-label="Format" options={formats} value={format} onValueChange={setFormat} />
      {text === null ? (
        <Banner tone="warning" title="Langfuse cannot express this filter">
          <ul className="list-disc pl-4">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Banner>
      ) : (
        <>
          <div className="w-full min-w-0">
            <CodeBlock label={format === "json" ? "Filter" : "Langfuse filter"} samples={text} />
          </div>
          <Button onClick={() => download(format === "json" ? "filter.json" : "langfuse-filter.json", text)}>
            <Download aria-hidden />
            Download
          </Button>
        </>
      )}
    </div>
  );
}

function langfuseText(
  source: FilterableSource,
  filter: Filter,
): { text: string; problems: [] } | { text: null; problems: string[] } {
  const { filters, problems } = exportLangfuseFilter(source, filter);
  return filters
    ? { text: stringifyJson(filters, 2), problems: [] }
    : { text: null, problems: [...new Set(problems.map(({ message }) => message))] };
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
