"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { NarrowCardPage } from "@/components/narrow-card-page";
import { ThemeMenu } from "@/components/theme-menu";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Password, PASSWORD_LENGTH_BOUNDS } from "@/domain/people";
import { showFieldErrors } from "@/lib/field-errors";
import { makeNeverSettlingPromise } from "@/lib/never-settling-promise";
import { useTRPC } from "@/lib/trpc/client";
import { InvalidLinkMessage, LinkPageSkeleton } from "./invitation-page";
import { signIn } from "./session";

/** The page that a password reset link opens. The person chooses a new password and is then signed in. */
export function PasswordResetPage({ token }: { token: string }) {
  const trpc = useTRPC();
  const link = useQuery(
    trpc.accessLink.inspect.queryOptions({ token }, { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false }),
  );
  if (link.isPending) return <LinkPageSkeleton title="Choose a new password" />;
  if (link.isError) return <InvalidLinkMessage message={link.error.message} />;
  if (link.data.kind !== "PASSWORD_RESET") return <InvalidLinkMessage message="This link does not set a password." />;
  return (
    <NarrowCardPage
      tools={<ThemeMenu />}
      title="Choose a new password"
      description={<>for {link.data.email}. Every session that is open now ends.</>}
    >
      <ResetForm token={token} email={link.data.email} />
    </NarrowCardPage>
  );
}

const Reset = z
  .object({ password: Password, again: z.string() })
  .refine((value) => value.password === value.again, { path: ["again"], message: "This is not the same password." });

function ResetForm({ token, email }: { token: string; email: string }) {
  const trpc = useTRPC();
  const reset = useMutation(trpc.accessLink.resetPassword.mutationOptions());
  const { register, handleSubmit, setError, formState } = useForm({
    resolver: zodResolver(Reset),
    defaultValues: { password: "", again: "" },
  });
  const submit = handleSubmit(async ({ password }) => {
    try {
      await reset.mutateAsync({ token, password });
      const result = await signIn({ email, password });
      window.location.assign(result.ok ? "/" : `/sign-in?password&email=${encodeURIComponent(email)}`);
      await makeNeverSettlingPromise();
    } catch (error) {
      showFieldErrors(error, setError, { names: ["password"] });
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      {formState.errors.root && (
        <Banner tone="danger" isAlert>
          {formState.errors.root.message}
        </Banner>
      )}
      <input type="email" name="email" value={email} readOnly hidden autoComplete="username" />
      <Field
        label="New password"
        help={`At least ${PASSWORD_LENGTH_BOUNDS.min} characters.`}
        error={formState.errors.password?.message}
      >
        <Input type="password" autoComplete="new-password" autoFocus {...register("password")} />
      </Field>
      <Field label="The same again" error={formState.errors.again?.message}>
        <Input type="password" autoComplete="new-password" {...register("again")} />
      </Field>
      <Button type="submit" variant="primary" size="lg" isLoading={formState.isSubmitting}>
        Set password
      </Button>
    </form>
  );
}
