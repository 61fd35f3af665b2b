"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { FormDialog } from "@/components/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DisplayName } from "@/domain/display-name";
import { showFieldErrors } from "@/lib/field-errors";
import { useTRPC } from "@/lib/trpc/client";
import { useOpenPageAfterSave } from "@/lib/use-open-page-after-save";

const NewProject = z.object({ name: DisplayName });

/** The dialog that creates a project: it asks for a name, and then opens the new project. */
export function CreateProjectDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const leaveTo = useOpenPageAfterSave("push");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.project.create.mutationOptions());
  const { register, handleSubmit, setError, reset, formState } = useForm({
    resolver: zodResolver(NewProject),
    defaultValues: { name: "" },
  });
  const submit = handleSubmit(async (values) => {
    try {
      const { id } = await create.mutateAsync(values);
      await queryClient.invalidateQueries(trpc.project.pathFilter());
      await leaveTo(`/projects/${id}`);
    } catch (error) {
      showFieldErrors(error, setError, { names: ["name"] });
    }
  });
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      onClosed={reset}
      title="New project"
      description="A project has its own triggers, actions, keys and members. You will own it."
      submitLabel="Create project"
      state={formState}
      onSubmit={submit}
    >
      <Field label="Name" error={formState.errors.name?.message}>
        <Input autoComplete="off" placeholder="Support assistant" {...register("name")} />
      </Field>
    </FormDialog>
  );
}
