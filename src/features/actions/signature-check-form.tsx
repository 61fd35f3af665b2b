"use client";

import { useState } from "react";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { diagnoseSignature, type SignedWebhookRequest } from "@/domain/action/webhook/diagnose-signature";

const empty: SignedWebhookRequest = { secret: "", id: "", timestamp: "", signature: "", body: "" };

/**
 * A form that checks the signature of a received webhook. If the signature is wrong, the form names the part that is:
 * the secret, a header or the body. The inputs never leave the browser.
 */
export function SignatureCheckForm() {
  const [request, setRequest] = useState(empty);
  /** The time of the last edit, in seconds since 1970. The check compares the webhook's timestamp with this time. */
  const [editedAt, setEditedAt] = useState(0);
  const set = (part: keyof SignedWebhookRequest) => (event: { target: { value: string } }) => {
    setRequest({ ...request, [part]: event.target.value });
    setEditedAt(Date.now() / 1_000);
  };
  const isComplete = Object.entries(request).every(([part, value]) => part === "body" || value.trim() !== "");
  return (
    <Card title="Verify a signature" description="Paste what your endpoint got. Nothing of it leaves this page.">
      <div className="flex flex-col gap-4">
        <Field label="Secret">
          <Input
            isMono
            autoComplete="off"
            spellCheck={false}
            placeholder="whsec_…"
            value={request.secret}
            onChange={set("secret")}
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="webhook-id">
            <Input
              isMono
              autoComplete="off"
              spellCheck={false}
              placeholder="exe_…"
              value={request.id}
              onChange={set("id")}
            />
          </Field>
          <Field label="webhook-timestamp">
            <Input
              isMono
              autoComplete="off"
              spellCheck={false}
              inputMode="numeric"
              value={request.timestamp}
              onChange={set("timestamp")}
            />
          </Field>
        </div>
        <Field label="webhook-signature">
          <Input
            isMono
            autoComplete="off"
            spellCheck={false}
            placeholder="v1,…"
            value={request.signature}
            onChange={set("signature")}
          />
        </Field>
        <Field label="Body" help="As it came, byte for byte.">
          <Textarea
            rows={4}
            spellCheck={false}
            className="font-mono text-xs"
            value={request.body}
            onChange={set("body")}
          />
        </Field>
        <div aria-live="polite">{isComplete && <Answer request={request} now={editedAt} />}</div>
      </div>
    </Card>
  );
}

const icons = {
  right: <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />,
  old: <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />,
  wrong: <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />,
};
const parts = {
  secret: "The secret",
  id: "webhook-id",
  timestamp: "webhook-timestamp",
  signature: "webhook-signature",
  body: "The body",
} as const;

function Answer({ request, now }: { request: SignedWebhookRequest; now: number }) {
  const found = diagnoseSignature(request, now);
  const icon = icons[!found.ok ? "wrong" : found.warning ? "old" : "right"];
  return (
    <p className="flex items-start gap-2 rounded-lg border bg-background px-3.5 py-3 text-sm">
      {icon}
      <span className="min-w-0 break-words">
        <strong className="font-medium">
          {found.ok ? "The signature is right." : `${parts[found.part]} is wrong.`}
        </strong>{" "}
        {found.ok ? found.warning : found.message}
      </span>
    </p>
  );
}
