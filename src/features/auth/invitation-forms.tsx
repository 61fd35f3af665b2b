"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DisplayName } from "@/domain/display-name";
import { Password, PASSWORD_LENGTH_BOUNDS } from "@/domain/people";
import { showFieldErrors } from "@/lib/field-errors";
import { makeNeverSettlingPromise } from "@/lib/never-settling-promise";
import { useTRPC } from "@/lib/trpc/client";
import { signIn } from "./session";

/** Accepts an invitation with one button, for a person who is signed in with the invited email. */
export function AcceptInvitationWhenSignedIn({ token, projectName }: { token: string; projectName: string }) {
  const trpc = useTRPC();
  const accept = useMutation(
    trpc.accessLink.accept.mutationOptions({
      onSuccess: ({ projectId }) => window.location.assign(`/projects/${projectId}`),
    }),
  );
  return (
    <div className="flex flex-col gap-4">
      {accept.isError && (
        <Banner tone="danger" isAlert>
          {accept.error.message}
        </Banner>
      )}
      <Button
        variant="primary"
        size="lg"
        isLoading={accept.isPending || accept.isSuccess}
        onClick={() => accept.mutate({ token })}
      >
        Join {projectName}
      </Button>
    </div>
  );
}

const Accept = z.object({ name: DisplayName, password: Password });

/**
 * Accepts an invitation with a password: that of an existing account, or a new one. The form is the same for both, so
 * that nobody learns whether the email has an account.
 */
export function AcceptInvitationWithPassword({ token, email }: { token: string; email: string }) {
  const trpc = useTRPC();
  const accept = useMutation(trpc.accessLink.accept.mutationOptions());
  const { register, handleSubmit, setError, formState } = useForm({
    resolver: zodResolver(Accept),
    defaultValues: { name: "", password: "" },
  });
  const submit = handleSubmit(async (values) => {
    try {
      const { projectId } = await accept.mutateAsync({ token, ...values });
      const result = await signIn({ email, password: values.password });
      const target = `/projects/${projectId}`;
      window.location.assign(
        result.ok ? target : `/sign-in?next=${encodeURIComponent(target)}&email=${encodeURIComponent(email)}`,
      );
      await makeNeverSettlingPromise();
    } catch (error) {
      showFieldErrors(error, setError, { names: ["name", "password"] });
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      {formState.errors.root && (
        <Banner tone="danger" isAlert>
          {formState.errors.root.message}
        </Banner>
      )}
      <Field label="Email">
        <Input type="email" value={email} readOnly autoComplete="username" />
      </Field>
      <Field label="Your name" error={formState.errors.name?.message}>
        <Input autoComplete="name" autoFocus {...register("name")} />
      </Field>
      <Field
        label="Password"
        help={
          "If you have an account here already, its password. " +
          `Otherwise choose one of at least ${PASSWORD_LENGTH_BOUNDS.min} characters.`
        }
        error={formState.errors.password?.message}
      >
        <Input type="password" autoComplete="new-password" {...register("password")} />
      </Field>
      <Button type="submit" variant="primary" size="lg" isLoading={formState.isSubmitting}>
        Join
      </Button>
    </form>
  );
}
