"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { Password, PASSWORD_LENGTH_BOUNDS } from "@/domain/people";
import { showFieldErrors } from "@/lib/field-errors";
import { useTRPC } from "@/lib/trpc/client";

const Change = z
  .object({
    currentPassword: z.string().min(1, "Write your current password."),
    newPassword: Password,
    again: z.string(),
  })
  .refine((value) => value.newPassword === value.again, { path: ["again"], message: "This is not the same password." });

const empty = { currentPassword: "", newPassword: "", again: "" };

export function ChangePasswordForm({ email }: { email: string }) {
  const trpc = useTRPC();
  const change = useMutation(trpc.account.changePassword.mutationOptions());
  const { register, handleSubmit, setError, reset, formState } = useForm({
    resolver: zodResolver(Change),
    defaultValues: empty,
  });
  const { errors } = formState;
  const submit = handleSubmit(async ({ currentPassword, newPassword }) => {
    try {
      await change.mutateAsync({ currentPassword, newPassword });
      reset(empty);
      toast.success("Password changed", { description: "Your other sessions have ended." });
    } catch (error) {
      showFieldErrors(error, setError, { names: ["currentPassword", "newPassword"] });
    }
  });
  return (
    <Card title="Password" description="Changing it ends your sessions in other browsers.">
      <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-sm flex-col gap-4">
        {errors.root && (
          <Banner tone="danger" isAlert>
            {errors.root.message}
          </Banner>
        )}
        <input type="email" name="email" value={email} readOnly hidden autoComplete="username" />
        <Field label="Current password" error={errors.currentPassword?.message}>
          <Input type="password" autoComplete="current-password" {...register("currentPassword")} />
        </Field>
        <Field
          label="New password"
          help={`At least ${PASSWORD_LENGTH_BOUNDS.min} characters.`}
          error={errors.newPassword?.message}
        >
          <Input type="password" autoComplete="new-password" {...register("newPassword")} />
        </Field>
        <Field label="The new one again" error={errors.again?.message}>
          <Input type="password" autoComplete="new-password" {...register("again")} />
        </Field>
        <Button type="submit" variant="primary" className="self-start" isLoading={formState.isSubmitting}>
          Change password
        </Button>
      </form>
    </Card>
  );
}
