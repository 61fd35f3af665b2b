"use client";

import type { ReactNode } from "react";
import { Plus, X } from "lucide-react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { CUSTOM_HEADERS_MAX, SafeWebhook } from "@/domain/action/webhook/config";
import type { WebhookFormValues } from "./types";

/**
 * The last four characters of each stored secret header, by the header's name in lower case. A short secret shows none.
 */
export type StoredHeaderSecretSuffixes = ReadonlyMap<string, string>;

/**
 * Reads the last four characters of the secret headers from the configuration that the server sends, which contains no
 * secrets.
 */
export function readStoredHeaderSecretSuffixes(safe: unknown): StoredHeaderSecretSuffixes {
  const { data } = SafeWebhook.pick({ headers: true }).safeParse(safe);
  return new Map(
    data?.headers.flatMap((header) => (header.secret ? [[header.name.toLowerCase(), header.last4] as const] : [])),
  );
}

/**
 * The fields for an action's custom headers. The browser never gets a stored secret value: the person keeps or replaces
 * it unseen.
 */
export function HeadersField({ kept, isReadOnly }: { kept: StoredHeaderSecretSuffixes; isReadOnly: boolean }) {
  const { control, formState } = useFormContext<WebhookFormValues>();
  const { fields, append, remove } = useFieldArray({ control, name: "configuration.headers" });
  const errors = formState.errors.configuration?.headers;
  return (
    <Field
      label="Headers"
      as="group"
      isOptional
      error={errors?.message ?? errors?.root?.message}
      help={
        "Sent with each request, beside those of the signature. " +
        "The value of a secret header is encrypted and never shown again."
      }
    >
      {fields.length > 0 && (
        <ul className="flex flex-col rounded-lg border">
          {fields.map((field, index) => (
            <HeaderRow
              key={field.id}
              index={index}
              kept={kept}
              isReadOnly={isReadOnly}
              onRemove={() => remove(index)}
            />
          ))}
        </ul>
      )}
      {fields.length === 0 && isReadOnly && <p className="text-sm text-subtle">None</p>}
      {!isReadOnly && fields.length < CUSTOM_HEADERS_MAX && (
        <Button size="sm" className="self-start" onClick={() => append({ name: "", value: "", secret: false })}>
          <Plus aria-hidden /> Add header
        </Button>
      )}
    </Field>
  );
}

type HeaderRowProps = { index: number; kept: StoredHeaderSecretSuffixes; isReadOnly: boolean; onRemove: () => void };

function HeaderRow({ index, kept, isReadOnly, onRemove }: HeaderRowProps) {
  const { control, register, setValue, formState } = useFormContext<WebhookFormValues>();
  const path = `configuration.headers.${index}` as const;
  const header = useWatch({ control, name: path });
  const errors = formState.errors.configuration?.headers?.[index];
  const number = index + 1;
  const isKept = header.secret && header.value === undefined;
  const setHeaderValue = (value: string | undefined) =>
    setValue(`${path}.value`, value, { shouldDirty: true, shouldValidate: formState.isSubmitted });
  const name = register(`${path}.name`, {
    // Renaming a header asks for its secret again, because the server keeps secrets by header name.
    onChange: () => isKept && setHeaderValue(""),
  });
  return (
    <li className="flex flex-col gap-2 border-b p-3 last:border-b-0">
      <div className="flex items-start gap-2">
        <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-2">
          <HeaderControl error={errors?.name?.message}>
            <Input
              aria-label={`Name of header ${number}`}
              aria-invalid={errors?.name ? true : undefined}
              isMono
              placeholder="X-Team"
              autoComplete="off"
              spellCheck={false}
              disabled={isReadOnly}
              {...name}
            />
          </HeaderControl>
          <HeaderControl error={errors?.value?.message}>
            {isKept ? (
              <div className="flex h-8 items-center justify-between gap-2 pointer-coarse:h-10">
                <span className="font-mono text-sm text-muted">••••{kept.get(header.name.toLowerCase()) ?? ""}</span>
                {!isReadOnly && (
                  <Button size="sm" variant="ghost" onClick={() => setHeaderValue("")}>
                    Replace
                  </Button>
                )}
              </div>
            ) : (
              <Input
                aria-label={`Value of header ${number}`}
                aria-invalid={errors?.value ? true : undefined}
                type={header.secret ? "password" : "text"}
                isMono
                placeholder="Value"
                autoComplete="off"
                spellCheck={false}
                disabled={isReadOnly}
                {...register(`${path}.value`)}
              />
            )}
          </HeaderControl>
        </div>
        {!isReadOnly && (
          <IconButton label={`Remove header ${number}`} size="md" onClick={onRemove}>
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      <div className="flex items-center justify-between gap-3">
        <Checkbox
          label="Secret"
          checked={header.secret}
          disabled={isReadOnly}
          onCheckedChange={(secret) => {
            setValue(`${path}.secret`, secret, { shouldDirty: true });
            if (!secret && header.value === undefined) setHeaderValue("");
          }}
        />
        {!isReadOnly && header.secret && !isKept && kept.has(header.name.toLowerCase()) && (
          <Button size="sm" variant="ghost" onClick={() => setHeaderValue(undefined)}>
            Keep the stored value
          </Button>
        )}
      </div>
    </li>
  );
}

function HeaderControl({ error, children }: { error: string | undefined; children: ReactNode }) {
  return (
    <div className="min-w-0">
      {children}
      {error && <p className="mt-1 text-xs text-danger-text">{error}</p>}
    </div>
  );
}
