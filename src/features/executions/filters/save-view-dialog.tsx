"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { serializeExecutionParams, type ExecutionParams } from "../search-params";

type SaveViewDialogProps = {
  projectId: string;
  params: ExecutionParams;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** A dialog that saves the list's filters and columns as a named view. The sidebar then links to the view. */
export function SaveViewDialog({ projectId, params, open, onOpenChange }: SaveViewDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { may } = usePermissions(projectId);
  const [name, setName] = useState("");
  const [isShared, setIsShared] = useState(false);
  const save = useMutation(
    trpc.view.save.mutationOptions({
      onSuccess: () => {
        toast.success(`Saved the view “${name.trim()}”`);
        setName("");
        onOpenChange(false);
      },
      onSettled: () => queryClient.invalidateQueries(trpc.view.pathFilter()),
    }),
  );
  const submit = () =>
    save.mutate({ projectId, name, isShared, query: serializeExecutionParams("", params).replace(/^\?/, "") });
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Save as a view" size="sm">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) submit();
        }}
      >
        <Field label="Name" error={save.error?.message}>
          <Input value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
        </Field>
        {may("execution:act") && (
          <Checkbox label="Everybody in this project sees it" checked={isShared} onCheckedChange={setIsShared} />
        )}
        <Button type="submit" variant="primary" className="self-end" disabled={!name.trim()} isLoading={save.isPending}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
