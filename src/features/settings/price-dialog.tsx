"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { FormDialog } from "@/components/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { tokenRateNames } from "@/domain/model-prices/rates";
import { showFieldErrors } from "@/lib/field-errors";
import { useTRPC } from "@/lib/trpc/client";
import { priceRateLabels, readPriceForm, type PriceFormValues } from "./price-form";

/** The model price that the dialog edits. `id` is null for a new price. */
export type PriceInDialog = { id: string | null; form: PriceFormValues };

type PriceDialogProps = { projectId: string; edited: PriceInDialog | null; onClose: () => void };

/** The dialog that creates or edits a model price of the project. */
export function PriceDialog({ projectId, edited, onClose }: PriceDialogProps) {
  return (
    edited && (
      <OpenDialog key={edited.id ?? edited.form.pattern} projectId={projectId} edited={edited} onClose={onClose} />
    )
  );
}

function OpenDialog({
  projectId,
  edited: { id, form: values },
  onClose,
}: PriceDialogProps & { edited: PriceInDialog }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.modelPrice.create.mutationOptions());
  const update = useMutation(trpc.modelPrice.update.mutationOptions());
  const { register, handleSubmit, setError, formState } = useForm<PriceFormValues>({ defaultValues: values });
  const { errors } = formState;
  const submit = handleSubmit(async (form) => {
    const read = readPriceForm(form);
    if ("errors" in read) {
      for (const [path, message] of read.errors)
        setError(path === "rates" ? "rates.input" : (path as "pattern"), { message }, { shouldFocus: true });
      return;
    }
    try {
      if (id === null) await create.mutateAsync({ projectId, ...read.input });
      else await update.mutateAsync({ projectId, id, ...read.input });
      await queryClient.invalidateQueries(trpc.modelPrice.pathFilter());
      toast.success("Price saved", { description: "It counts for observations that arrive from now on." });
      onClose();
    } catch (error) {
      showFieldErrors(error, setError, { names: ["pattern", "validFrom"] });
    }
  });
  return (
    <FormDialog
      open
      onOpenChange={(next) => !next && onClose()}
      title={id === null ? "Add a price" : "Change the price"}
      description="Used for observations that come without a cost."
      submitLabel="Save price"
      state={formState}
      onSubmit={submit}
    >
      <Field
        label="Model"
        help="A name, or a regular expression that the whole name must match: gpt-4o(-2024-.*)?"
        error={errors.pattern?.message}
      >
        <Input autoComplete="off" className="font-mono" placeholder="my-model" {...register("pattern")} />
      </Field>
      <fieldset className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <legend className="mb-2 text-sm font-medium">USD for a million tokens</legend>
        {tokenRateNames.map((name) => (
          <Field key={name} label={priceRateLabels[name]} isOptional error={errors.rates?.[name]?.message}>
            <Input inputMode="decimal" autoComplete="off" {...register(`rates.${name}`)} />
          </Field>
        ))}
      </fieldset>
      <Field
        label="Valid from"
        isOptional
        help="Observations that started before this day, in UTC, have another price."
        error={errors.validFrom?.message}
      >
        <Input type="date" className="max-w-48" {...register("validFrom")} />
      </Field>
    </FormDialog>
  );
}
