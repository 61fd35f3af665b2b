"use client";

import { useState } from "react";
import { CircleCheck, X } from "lucide-react";
import { ButtonLink } from "@/components/ui/button-link";
import { IconButton } from "@/components/ui/icon-button";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import type { ProjectOverview } from "./types";

type FirstDeliveryProps = { projectId: string; delivery: NonNullable<ProjectOverview["firstDelivery"]> };

/**
 * Shows the last step of the setup, the first delivery, with links to the receiver's answer and to the reason why the
 * trigger fired.
 */
export function FirstDeliveryStep({ projectId, delivery }: FirstDeliveryProps) {
  const [isClosed, setIsClosed] = useState(false);
  if (isClosed) return null;
  const execution = `/projects/${projectId}/executions/${delivery.id}`;
  return (
    <section
      aria-label="First delivery"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-success-soft px-4 py-3 sm:px-5"
    >
      <CircleCheck aria-hidden className="size-4 shrink-0 text-success" />
      <p className="min-w-0 flex-1 basis-72 text-sm">
        <span className="font-medium">Your first delivery arrived.</span> {delivery.trigger} sent{" "}
        {getEventNounForms().some} to {delivery.action}
        {delivery.responseCode !== null && `, which answered ${delivery.responseCode}`}.
      </p>
      <div className="flex items-center gap-1.5">
        <ButtonLink size="sm" href={execution}>
          See it
        </ButtonLink>
        <ButtonLink size="sm" href={`${execution}?tab=why`}>
          See why it fired
        </ButtonLink>
        <IconButton label="Dismiss" size="sm" onClick={() => setIsClosed(true)}>
          <X aria-hidden />
        </IconButton>
      </div>
    </section>
  );
}
