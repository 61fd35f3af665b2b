"use client";

import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { useActionEventSource } from "../action-event-source";
import type { TemplatePreviewState } from "./use-template-preview";

/** Shows the body that a template produces for one event, with a control that chooses the event. */
export function TemplatePreview({ preview }: { preview: TemplatePreviewState }) {
  const { noun } = useActionEventSource();
  return (
    <section aria-label="Preview" className="flex min-w-0 flex-col gap-3 border-t pt-4">
      <Field label="Preview with">
        <Combobox
          groups={preview.groups}
          value={preview.chosen}
          onValueChange={preview.choose}
          onSearch={preview.search}
          searchPlaceholder={`Search ${noun.many} by name, ID or trace ID…`}
          emptyText={`No ${noun.one} found.`}
        />
      </Field>
      <div
        aria-live="polite"
        aria-busy={preview.isPending || preview.isStale}
        className={cn("min-w-0 transition-opacity", preview.isStale && "opacity-60")}
      >
        <Result preview={preview} />
      </div>
    </section>
  );
}

function Result({ preview: { body, bytes, error, isPending } }: { preview: TemplatePreviewState }) {
  if (error) return <p className="text-sm text-danger-text">There is no preview: {error}</p>;
  if (body !== null) return <JsonViewer label={`Body, ${formatBytes(bytes)}`} value={body} isText openLevels={4} />;
  return <p className="text-sm text-muted">{isPending ? "Looking…" : "The template makes no body from this event."}</p>;
}
