"use client";

import { useState } from "react";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { FormDialog } from "@/components/form-dialog";
import { OneTimeSecretDialog } from "@/components/one-time-secret-dialog";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DisplayName } from "@/domain/display-name";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { makeClientSnippets } from "@/lib/client-snippets";
import { showFieldErrors } from "@/lib/field-errors";
import { useTRPC } from "@/lib/trpc/client";

const NewKey = z.object({ name: DisplayName });

type NewEventKeyProps = { projectId: string; appUrl: string; open: boolean; onOpenChange: (open: boolean) => void };

/**
 * The dialog that creates an event key: it asks for a name, then shows the new key once, with code examples that
 * contain the key.
 */
export function NewEventKeyDialog({ projectId, appUrl, open, onOpenChange }: NewEventKeyProps) {
  const [key, setKey] = useState<string | null>(null);
  return (
    <>
      <NameDialog projectId={projectId} open={open && key === null} onOpenChange={onOpenChange} onCreated={setKey} />
      <OneTimeSecretDialog
        secret={key}
        name="Event key"
        description="Keep it where your program keeps its secrets."
        size="lg"
        onDone={() => {
          onOpenChange(false);
          setKey(null);
        }}
      >
        <CodeBlock
          label={`Send ${getEventNounForms().some} with it`}
          samples={makeClientSnippets({ appUrl, eventKey: key ?? "" })}
        />
      </OneTimeSecretDialog>
    </>
  );
}

type NameDialogProps = {
  projectId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (key: string) => void;
};

function NameDialog({ projectId, open, onOpenChange, onCreated }: NameDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.eventKey.create.mutationOptions());
  const { register, handleSubmit, setError, reset, formState } = useForm({
    resolver: zodResolver(NewKey),
    defaultValues: { name: "" },
  });
  const submit = handleSubmit(async ({ name }) => {
    try {
      const { key } = await create.mutateAsync({ projectId, name });
      onCreated(key);
      reset();
      await queryClient.invalidateQueries(trpc.eventKey.pathFilter());
    } catch (error) {
      showFieldErrors(error, setError, { names: ["name"] });
    }
  });
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      onClosed={reset}
      title="Create an event key"
      submitLabel="Create key"
      state={formState}
      onSubmit={submit}
    >
      <Field label="Name" help="The program that sends with it." error={formState.errors.name?.message}>
        <Input autoComplete="off" placeholder="Production backend" {...register("name")} />
      </Field>
    </FormDialog>
  );
}
