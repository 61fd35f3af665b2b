"use client";

import { useState } from "react";
import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Email } from "@/domain/people";
import { makeNeverSettlingPromise } from "@/lib/never-settling-promise";
import { chooseSafePathAfterSignIn, signIn } from "./session";

const SignIn = z.object({ email: Email, password: z.string().min(1, "Write your password.") });

/**
 * The form that signs in with email and password.
 * @param props next: the path to open after the sign-in; null for the start page
 */
export function SignInForm({ next, email }: { next: string | null; email?: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, resetField, setFocus, formState } = useForm({
    resolver: zodResolver(SignIn),
    defaultValues: { email: email ?? "", password: "" },
  });
  const submit = handleSubmit(async (values) => {
    setProblem(null);
    const result = await signIn(values);
    if (result.ok) {
      // A full page load, not a client navigation, so that data of a previously signed-in person leaves the memory.
      window.location.assign(chooseSafePathAfterSignIn(next));
      return makeNeverSettlingPromise();
    }
    setProblem(result.message);
    resetField("password");
    setTimeout(() => setFocus("password"));
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      {problem && (
        <Banner tone="danger" isAlert>
          {problem}
        </Banner>
      )}
      <Field label="Email" error={formState.errors.email?.message}>
        <Input type="email" autoComplete="username" autoFocus={!email} {...register("email")} />
      </Field>
      <Field label="Password" error={formState.errors.password?.message}>
        <Input type="password" autoComplete="current-password" autoFocus={Boolean(email)} {...register("password")} />
      </Field>
      <Button type="submit" variant="primary" size="lg" isLoading={formState.isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}
