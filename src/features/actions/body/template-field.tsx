"use client";

import { useMemo, useRef, useState } from "react";
import { ChevronDown } from "lucide-react";
import { useFormContext, useWatch } from "react-hook-form";
import { Identifier } from "@/components/identifier";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { Field } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import { listTemplateVariables } from "@/domain/action/webhook/template/variables";
import type { TemplatePreset } from "@/domain/event-source/template-preset";
import { useActionEventSource } from "../action-event-source";
import type { WebhookFormValues } from "../types";
import { makeSampleEnvelope } from "./sample-envelope";
import { TemplateEditor } from "./template-editor";
import { TemplatePreview } from "./template-preview";
import { useTemplatePreview } from "./use-template-preview";

const PRESET_TOAST = "template-preset";

type TemplateFieldProps = {
  projectId: string;
  template: string;
  onChange: (template: string) => void;
  isReadOnly: boolean;
};

/** The field for a webhook template, with presets, a list of variables to insert, and a preview. */
export function TemplateField({ projectId, template, onChange, isReadOnly }: TemplateFieldProps) {
  const { control, formState, getValues } = useFormContext<WebhookFormValues>();
  const { source, noun } = useActionEventSource();
  const detail = useWatch({ control, name: "configuration.detail" });
  const [preset, setPreset] = useState<TemplatePreset | null>(null);
  const textarea = useRef<HTMLTextAreaElement>(null);
  const preview = useTemplatePreview(projectId, { source, template, detail, isEnabled: !isReadOnly });
  const { problem } = preview;
  const start = (next: TemplatePreset) => {
    setPreset(next);
    onChange(next.template);
    const [before, presetBefore] = [template, preset];
    const undo = () => {
      toast.dismiss(PRESET_TOAST);
      // Undo does nothing if the person edited the template after choosing the preset.
      if (getValues("configuration.template") !== next.template) return;
      setPreset(presetBefore);
      onChange(before);
    };
    toast.info(`The template was replaced with that for ${next.label}`, {
      id: PRESET_TOAST,
      action: { label: "Undo", onClick: undo },
    });
  };
  const insert = (text: string) => {
    const [start, end] = [
      textarea.current?.selectionStart ?? template.length,
      textarea.current?.selectionEnd ?? template.length,
    ];
    onChange(template.slice(0, start) + text + template.slice(end));
    requestAnimationFrame(() => {
      textarea.current?.focus();
      textarea.current?.setSelectionRange(start + text.length, start + text.length);
    });
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {!isReadOnly && (
        <div className="flex flex-wrap gap-2">
          {source.templatePresets && <Presets presets={source.templatePresets} onChoose={start} />}
          <Variables detail={detail} onChoose={insert} />
        </div>
      )}
      {preset && (
        <p className="text-sm text-muted">
          {preset.hint} It looks like <Identifier>{preset.urlExample}</Identifier>.
        </p>
      )}
      <Field
        label="Template"
        error={problem ? `Line ${problem.line}: ${problem.reason}.` : formState.errors.configuration?.template?.message}
        help={
          `Liquid. Between quotes write {{ ${noun.one}.name }}: ` +
          "values are escaped, so that they cannot break the JSON. " +
          `Outside of quotes write {{ ${noun.one}.id | json }}. ` +
          "The result has to be JSON of at most 256 KB. {{ secrets.name }} is the value of the secret " +
          "header of that name. That header is then not sent."
        }
      >
        <TemplateEditor
          value={template}
          onChange={onChange}
          problemLine={problem?.line ?? null}
          isReadOnly={isReadOnly}
          ref={textarea}
        />
      </Field>
      {!isReadOnly && <TemplatePreview preview={preview} />}
    </div>
  );
}

type PresetsProps = { presets: readonly TemplatePreset[]; onChoose: (preset: TemplatePreset) => void };

function Presets({ presets, onChoose }: PresetsProps) {
  return (
    <DropdownMenu
      align="start"
      trigger={
        <Button>
          Start from a preset <ChevronDown aria-hidden />
        </Button>
      }
    >
      {presets.map((preset) => (
        <MenuItem key={preset.id} onSelect={() => onChoose(preset)}>
          {preset.label}
        </MenuItem>
      ))}
    </DropdownMenu>
  );
}

function Variables({
  detail,
  onChoose,
}: {
  detail: WebhookFormValues["configuration"]["detail"];
  onChoose: (text: string) => void;
}) {
  const { source } = useActionEventSource();
  const groups = useMemo(
    () => [
      {
        label: "Variables",
        items: listTemplateVariables(makeSampleEnvelope(source, detail)).map(({ path, insert }) => ({
          value: insert,
          label: path,
        })),
      },
    ],
    [source, detail],
  );
  return (
    <div className="w-56">
      <Combobox
        groups={groups}
        value={null}
        onValueChange={onChoose}
        aria-label="Insert a variable"
        placeholder="Insert a variable…"
        searchPlaceholder="Search variables…"
      />
    </div>
  );
}
