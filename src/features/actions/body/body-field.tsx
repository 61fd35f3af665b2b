"use client";

import { useState } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { Field } from "@/components/ui/field";
import { RadioGroup } from "@/components/ui/radio-group";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { useActionEventSource } from "../action-event-source";
import type { WebhookFormValues } from "../types";
import { TemplateField } from "./template-field";

const kinds = [
  { value: "envelope", label: "Envelope" },
  { value: "template", label: "Template" },
] as const;

const details = [
  { value: "thin", label: "Thin", help: "Ids and links only. The endpoint asks for the rest itself." },
  {
    value: "standard",
    label: "Standard",
    help: "All but the bodies: no input, output or metadata.",
  },
  { value: "full", label: "Full", help: "Everything, input and output too. Bodies over 256 KB are shortened." },
] as const;

/** Makes the template with which the field starts, before a person writes a template or chooses a preset. */
const makeStarter = (noun: string): string => `{
  "event": "{{ type }}",
  "${noun}": "{{ ${noun}.name }}",
  "url": "{{ url }}"
}
`;

/**
 * The fields for the body of a webhook: the standard envelope or a template, and how much of the event the body
 * contains.
 */
export function BodyField({ projectId, isReadOnly }: { projectId: string; isReadOnly: boolean }) {
  const { control, setValue, formState } = useFormContext<WebhookFormValues>();
  const { noun } = useActionEventSource();
  const template = useWatch({ control, name: "configuration.template" });
  // The template from before the person chose the envelope. Choosing "Template" again restores it.
  const [written, setWritten] = useState<string | null>(null);
  const setTemplate = (text: string | null) =>
    setValue("configuration.template", text, { shouldDirty: true, shouldValidate: formState.isSubmitted });
  const choose = (kind: (typeof kinds)[number]["value"]) => {
    if (kind === (template === null ? "envelope" : "template")) return;
    if (template !== null) setWritten(template);
    setTemplate(kind === "template" ? (written ?? makeStarter(noun.one)) : null);
  };
  return (
    <>
      <Field
        label="Body"
        as="group"
        help={
          template === null
            ? `The event as JSON: type, time, trigger, execution and the ${noun.one}.`
            : "JSON that you write yourself, with values of the event filled in: " +
              "for Slack, PagerDuty and others that want a body of their own."
        }
      >
        <SegmentedControl
          aria-label="Body"
          options={kinds}
          value={template === null ? "envelope" : "template"}
          onValueChange={choose}
          disabled={isReadOnly}
          className="self-start"
        />
      </Field>
      <Controller
        control={control}
        name="configuration.detail"
        render={({ field }) => (
          <Field
            label="Payload"
            as="group"
            help={template === null ? undefined : `The fields of the ${noun.one} that the template can use.`}
          >
            <RadioGroup
              aria-label="Payload"
              look="cards"
              options={details}
              value={field.value}
              onValueChange={field.onChange}
              disabled={isReadOnly}
            />
          </Field>
        )}
      />
      {template !== null && (
        <TemplateField projectId={projectId} template={template} onChange={setTemplate} isReadOnly={isReadOnly} />
      )}
    </>
  );
}
