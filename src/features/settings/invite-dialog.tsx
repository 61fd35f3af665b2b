"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Controller, useForm } from "react-hook-form";
import { z } from "zod";
import { FormDialog } from "@/components/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Role } from "@/domain/access";
import { Email } from "@/domain/people";
import { showFieldErrors } from "@/lib/field-errors";
import { useTRPC } from "@/lib/trpc/client";
import type { OneTimeLink } from "./one-time-link-dialog";
import { roleOptions } from "./roles";

const Invite = z.object({ email: Email, role: Role });
const empty: z.infer<typeof Invite> = { email: "", role: "member" };

type InviteDialogProps = {
  projectId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  mayInviteOwners: boolean;
  onLink: (link: OneTimeLink) => void;
};

/** The dialog that creates an invitation link for an email address and a role. */
export function InviteDialog({ projectId, open, onOpenChange, mayInviteOwners, onLink }: InviteDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const invite = useMutation(trpc.accessLink.invite.mutationOptions());
  const { register, control, handleSubmit, setError, reset, formState } = useForm({
    resolver: zodResolver(Invite),
    defaultValues: empty,
  });
  const submit = handleSubmit(async (values) => {
    try {
      const { link, expiresAt } = await invite.mutateAsync({ projectId, ...values });
      onOpenChange(false);
      reset();
      onLink({ title: `An invitation for ${values.email}`, link, expiresAt });
      await queryClient.invalidateQueries(trpc.accessLink.pathFilter());
    } catch (error) {
      showFieldErrors(error, setError, { names: ["email", "role"] });
    }
  });
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      onClosed={reset}
      title="Invite somebody"
      description="You get a link to send to them. It works once, for 7 days."
      submitLabel="Make link"
      state={formState}
      onSubmit={submit}
    >
      <Field label="Email" error={formState.errors.email?.message}>
        <Input type="email" autoComplete="off" placeholder="ada@example.com" {...register("email")} />
      </Field>
      <Field label="Role" error={formState.errors.role?.message}>
        <Controller
          control={control}
          name="role"
          render={({ field }) => (
            <Select
              options={roleOptions.map((option) => ({
                ...option,
                isDisabled: option.value === "owner" && !mayInviteOwners,
              }))}
              value={field.value}
              onValueChange={field.onChange}
            />
          )}
        />
      </Field>
    </FormDialog>
  );
}
