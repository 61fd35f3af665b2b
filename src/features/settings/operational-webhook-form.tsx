"use client";

import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { OneTimeSecretDialog } from "@/components/one-time-secret-dialog";
import { StatusLabel } from "@/components/status";
import { Time } from "@/components/time";
import type { ColorTone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { isApiError, useTRPC } from "@/lib/trpc/client";
import type { OperationalWebhook } from "./types";

/** The form for the operational webhook: a URL that is told when an endpoint fails, is switched off, or recovers. */
export function OperationalWebhookForm({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, isPending } = useQuery(trpc.operationalWebhook.get.queryOptions({ projectId }));
  // A reload of the address replaces the form below, and must not take away a secret that nobody can see again.
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Card
      title="Operational webhook"
      description={
        "Tells a program of yours when an endpoint keeps failing, was switched off, or has recovered. " +
        "Signed as deliveries are."
      }
    >
      {isPending ? (
        <Skeleton width="100%" className="h-20" />
      ) : (
        <WebhookForm key={data?.url ?? ""} projectId={projectId} webhook={data ?? null} onSecret={setSecret} />
      )}
      <OneTimeSecretDialog
        secret={secret}
        name="Signing secret"
        description="Your program uses it to check that a notice came from here."
        onDone={() => {
          setSecret(null);
          void queryClient.invalidateQueries(trpc.operationalWebhook.pathFilter());
        }}
      />
    </Card>
  );
}

type WebhookFormProps = {
  projectId: string;
  webhook: OperationalWebhook | null;
  onSecret: (secret: string) => void;
};

function WebhookForm({ projectId, webhook, onSecret }: WebhookFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [url, setUrl] = useState(webhook?.url ?? "");
  const refresh = () => queryClient.invalidateQueries(trpc.operationalWebhook.pathFilter());
  const set = useMutation(
    trpc.operationalWebhook.set.mutationOptions({
      onSuccess: (made) => {
        if (made.warning !== null)
          toast.info("Address saved, with a warning", { description: made.warning, timeoutMs: 20_000 });
        if (made.secret === null) return refresh();
        onSecret(made.secret);
      },
    }),
  );
  const rotate = useMutation(
    trpc.operationalWebhook.rotate.mutationOptions({ onSuccess: (made) => onSecret(made.secret) }),
  );
  const remove = useMutation(trpc.operationalWebhook.remove.mutationOptions({ onSuccess: refresh }));
  const problem = isApiError(set.error) ? (set.error.data?.fields?.url ?? set.error.message) : set.error?.message;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ projectId, url });
      }}
    >
      <Field label="Address of the webhook" error={problem}>
        <Input
          type="url"
          inputMode="url"
          isMono
          autoComplete="off"
          spellCheck={false}
          placeholder="https://example.com/operations"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={url === (webhook?.url ?? "")} isLoading={set.isPending}>
          {webhook ? "Save address" : "Set address"}
        </Button>
        {webhook && (
          <>
            <ConfirmButton
              title="Rotate its secret?"
              description="A new secret is made and shown once. The old secret also signs for one more day."
              confirmLabel="Make a new secret"
              onConfirm={() => rotate.mutateAsync({ projectId })}
            >
              Rotate secret…
            </ConfirmButton>
            <ConfirmButton
              variant="danger-ghost"
              title="Remove the operational webhook?"
              description="Only banners on these pages then say that an endpoint fails."
              confirmLabel="Remove webhook"
              isDanger
              onConfirm={() => remove.mutateAsync({ projectId })}
            >
              Remove…
            </ConfirmButton>
          </>
        )}
      </div>
      {webhook && webhook.notices.length > 0 && <Notices notices={webhook.notices} />}
    </form>
  );
}

const looks: Record<string, { label: string; tone: ColorTone }> = {
  waiting: { label: "Waiting", tone: "running" },
  sent: { label: "Sent", tone: "success" },
  failed: { label: "Given up", tone: "danger" },
};

function Notices({ notices }: Pick<OperationalWebhook, "notices">) {
  return (
    <section aria-label="Latest notices" className="flex flex-col gap-2">
      <h3 className="text-base font-medium">Latest notices</h3>
      <ul className="divide-y rounded-lg border">
        {notices.map(({ id, type, status, message, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3.5 py-2.5 text-sm">
            <span className="font-mono text-xs">{type}</span>
            <StatusLabel tone={looks[status]?.tone ?? "neutral"} detail={message ?? undefined}>
              {looks[status]?.label ?? status}
            </StatusLabel>
            <Time value={createdAt} className="text-xs text-muted" />
          </li>
        ))}
      </ul>
    </section>
  );
}
