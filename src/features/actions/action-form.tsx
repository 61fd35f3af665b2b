"use client";

import type { ReactNode } from "react";
import { FormProvider } from "react-hook-form";
import { LeaveGuard } from "@/components/leave-guard";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DeliveryFields, RequestFields } from "./action-fields";
import type { KeptSecrets } from "./headers-field";
import { TestPanel } from "./test-panel";
import type { ActionValues } from "./types";
import { useActionForm } from "./use-action-form";
import { VerifyCard } from "./verify-card";
import { VerifySnippets } from "./verify-snippets";

type ActionFormProps = {
  projectId: string;
  /** null for a new one */
  actionId: string | null;
  initial: ActionValues;
  kept: KeptSecrets;
  isReadOnly: boolean;
  mayTest: boolean;
  /** rejects with what the server said */
  save: (values: ActionValues) => Promise<void>;
  onConflict: () => void;
  notice?: ReactNode;
  /** at the right, under the test */
  aside?: ReactNode;
};

/** An action: its fields at the left, at the right a test of them and how to check the signature. */
export function ActionForm({
  projectId,
  actionId,
  initial,
  kept,
  isReadOnly,
  mayTest,
  save,
  onConflict,
  notice,
  aside,
}: ActionFormProps) {
  const { form, submit, showErrors } = useActionForm({ initial, save, onConflict });
  const { register, formState, reset, trigger, getValues } = form;
  const { errors, isDirty, isSubmitting } = formState;
  const read = async () => ((await trigger("configuration", { shouldFocus: true })) ? getValues() : null);
  return (
    <FormProvider {...form}>
      <LeaveGuard isDirty={isDirty && !isSubmitting} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <form
          onSubmit={(event) => void submit(event)}
          noValidate
          aria-label="Action"
          className="flex min-w-0 flex-col gap-5"
        >
          {notice}
          {errors.root && (
            <Banner tone="danger" isAlert>
              {errors.root.message}
            </Banner>
          )}
          <Card>
            <Field label="Name" isRequired error={errors.name?.message}>
              <Input autoComplete="off" placeholder="On-call channel" disabled={isReadOnly} {...register("name")} />
            </Field>
          </Card>
          <RequestFields projectId={projectId} kept={kept} isReadOnly={isReadOnly} />
          <DeliveryFields isReadOnly={isReadOnly} />
          {!isReadOnly && (
            <div className="sticky bottom-0 z-20 -mx-4 flex items-center justify-end gap-2 border-t bg-background px-4 py-3 sm:mx-0 sm:rounded-lg sm:border">
              {actionId && isDirty && <span className="mr-auto text-sm text-muted">Unsaved changes</span>}
              {actionId && isDirty && <Button onClick={() => reset()}>Discard</Button>}
              <Button type="submit" variant="primary" disabled={actionId !== null && !isDirty} isLoading={isSubmitting}>
                {actionId ? "Save" : "Create action"}
              </Button>
            </div>
          )}
        </form>
        <div className="flex min-w-0 flex-col gap-5 lg:sticky lg:top-5">
          <TestPanel
            projectId={projectId}
            actionId={actionId}
            mayTest={mayTest}
            read={isReadOnly ? undefined : read}
            onError={showErrors}
          />
          {aside}
          <VerifySnippets />
          <VerifyCard />
        </div>
      </div>
    </FormProvider>
  );
}
