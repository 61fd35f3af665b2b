"use client";

import { useState } from "react";
import { useFormContext } from "react-hook-form";
import { Identifier } from "@/components/identifier";
import { Card } from "@/components/ui/card";
import { RadioGroup } from "@/components/ui/radio-group";
import { useActionEventSource } from "./action-event-source";
import type { WebhookFormValues } from "./types";

const OWN = "own";

/**
 * Buttons that fill the form of a new action: for an endpoint of the person's own, or with the template and the secret
 * header of a service such as Slack. Without presets they are left out.
 */
export function ActionPresetPicker() {
  const { getValues, setValue } = useFormContext<WebhookFormValues>();
  const { templatePresets = [] } = useActionEventSource().source;
  const [chosen, setChosen] = useState(OWN);
  const options = [
    { value: OWN, label: "Webhook", help: "A signed request to an endpoint of yours." },
    ...templatePresets.map(({ id, label, purpose }) => ({ value: id, label, help: purpose })),
  ];
  const preset = templatePresets.find(({ id }) => id === chosen);
  const choose = (id: string) => {
    const next = templatePresets.find((each) => each.id === id);
    setChosen(id);
    setValue("configuration.template", next?.template ?? null, { shouldDirty: true });
    // Headers with a value stay. The secret header of the previous preset is removed if it is still empty.
    const kept = getValues("configuration.headers").filter(
      ({ name, value }) => name !== preset?.secretHeader || (value ?? "") !== "",
    );
    const own = next?.secretHeader ? [{ name: next.secretHeader, value: "", secret: true as const }] : [];
    setValue("configuration.headers", [...kept, ...own], { shouldDirty: true });
  };
  if (templatePresets.length === 0) return null;
  return (
    <Card title="Start from">
      <RadioGroup
        aria-label="Start from"
        look="cards"
        options={options}
        value={chosen}
        onValueChange={choose}
        className="grid grid-cols-2 gap-2 xl:grid-cols-3"
      />
      {preset && (
        <p role="status" className="mt-3 text-sm text-muted">
          {preset.hint} The URL looks like <Identifier>{preset.urlExample}</Identifier>.
        </p>
      )}
    </Card>
  );
}
