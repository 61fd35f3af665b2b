"use client";

import { useId, useState } from "react";
import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Label } from "@/domain/project";
import { clientSnippets } from "@/lib/client-snippets";
import { showFieldErrors } from "@/lib/field-errors";
import { useTRPC } from "@/lib/trpc/client";

const NewKey = z.object({ name: Label });

type NewEventKeyProps = { projectId: string; appUrl: string; open: boolean; onOpenChange: (open: boolean) => void };

/** Asks for a name, then shows the new key once, inside the code that uses it. */
export function NewEventKey({ projectId, appUrl, open, onOpenChange }: NewEventKeyProps) {
  const [key, setKey] = useState<string | null>(null);
  return (
    <>
      <NameDialog projectId={projectId} open={open && key === null} onOpenChange={onOpenChange} onCreated={setKey} />
      <Dialog
        open={key !== null}
        onOpenChange={() => undefined}
        isPersistent
        size="lg"
        title="Copy your event key"
        description="Keep it where your program keeps its secrets."
      >
        {key !== null && (
          <KeyOnce
            eventKey={key}
            appUrl={appUrl}
            onDone={() => {
              onOpenChange(false);
              setKey(null);
            }}
          />
        )}
      </Dialog>
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
  const formId = useId();
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
      showFieldErrors(error, setError, ["name"]);
    }
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) reset();
        onOpenChange(next);
      }}
      title="Create an event key"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" isLoading={formState.isSubmitting}>
            Create key
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        {formState.errors.root && (
          <Banner tone="danger" isAlert>
            {formState.errors.root.message}
          </Banner>
        )}
        <Field label="Name" help="The program that sends with it." error={formState.errors.name?.message}>
          <Input autoComplete="off" placeholder="Production backend" {...register("name")} />
        </Field>
      </form>
    </Dialog>
  );
}

function KeyOnce({ eventKey, appUrl, onDone }: { eventKey: string; appUrl: string; onDone: () => void }) {
  const [isKept, setIsKept] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2 rounded-lg border border-line-strong bg-sunken py-2 pr-2 pl-3.5">
        <code aria-label="Event key" className="min-w-0 flex-1 font-mono text-sm break-all select-all">
          {eventKey}
        </code>
        <CopyButton text={eventKey} label="Copy" hasText size="sm" />
      </div>
      <Banner tone="warning">This is the only time it is shown. If you lose it, make a new one.</Banner>
      <CodeBlock label="Send an observation with it" samples={clientSnippets({ appUrl, eventKey })} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Checkbox checked={isKept} onCheckedChange={setIsKept} label="I have stored it in a safe place" />
        <Button variant="primary" disabled={!isKept} onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
