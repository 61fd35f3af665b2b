"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Ban, RotateCw, SendHorizontal } from "lucide-react";
import type { ReactElement } from "react";
import { ButtonError } from "@/components/button-error";
import { ConfirmButton } from "@/components/confirm-button";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { CopyButton } from "@/components/ui/copy-button";
import { toast } from "@/components/ui/toast";
import { Tooltip } from "@/components/ui/tooltip";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { useTRPC } from "@/lib/trpc/client";
import { useKeyBindings } from "@/lib/use-key-bindings";
import { toCurlCommand } from "./to-curl-command";
import type { Execution } from "../types";

const roleRefusal = "Owners, admins and members may do this.";

type ExecutionActionsProps = {
  projectId: string;
  execution: Execution;
  /** whether the buttons are on the execution's own page, which needs no link to itself */
  isPage?: boolean;
};

/** The buttons for an execution: copy its request as curl, and cancel, send now or resend, as its status allows. */
export function ExecutionActions({ projectId, execution, isPage = false }: ExecutionActionsProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const { data: project } = useQuery(trpc.project.get.queryOptions({ projectId }));
  const mayAct = project?.permissions.includes("execution:act") ?? true;
  const isOpen = execution.status === "PENDING" || execution.status === "RUNNING";
  const page = `/projects/${projectId}/executions/${execution.id}/page`;
  const request = execution.attempts.at(-1)?.request;
  const action = { projectId, execution };
  useKeyBindings({
    f: isPage ? undefined : () => router.push(page),
    r: () => document.querySelector<HTMLElement>("[data-key-r] button")?.click(),
  });
  return (
    <>
      {!isPage && (
        <ButtonLink href={page} variant="ghost" className="mr-auto">
          Open as page
        </ButtonLink>
      )}
      {request && "method" in request && (
        <CopyButton text={() => toCurlCommand(request, execution.input)} label="Copy curl" hasText />
      )}
      {isOpen ? (
        <>
          {execution.status === "PENDING" && <SendNow {...action} refusal={mayAct ? null : roleRefusal} />}
          <Cancel {...action} refusal={mayAct ? null : roleRefusal} />
        </>
      ) : (
        <Resend {...action} refusal={mayAct ? execution.can.resendRefusal : roleRefusal} />
      )}
    </>
  );
}

type ActionProps = {
  projectId: string;
  execution: Execution;
  /** why the command is not possible; null if the command is possible */
  refusal: string | null;
};

function Cancel({ projectId, execution, refusal }: ActionProps) {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const cancel = useMutation(
    trpc.execution.cancel.mutationOptions({
      onSuccess: ({ pending }) =>
        toast.success(
          pending ? "No further attempt follows" : "Execution cancelled",
          pending ? { description: "The attempt on the wire is still recorded." } : undefined,
        ),
      onSettled: refresh,
    }),
  );
  const label = (
    <>
      <Ban aria-hidden /> Cancel execution
    </>
  );
  const isAsked = execution.cancelRequestedAt !== null;
  if (refusal !== null || isAsked || !execution.can.cancel)
    return <Refused reason={refusal ?? "No attempt follows the one on the wire."}>{label}</Refused>;
  return (
    <ConfirmButton
      title="Cancel this execution?"
      description={
        execution.status === "RUNNING"
          ? "An attempt is on the wire and cannot be called back. No further attempt will follow it."
          : `Nothing more will be sent, even if its ${getEventNounForms(execution.eventSource).one} matches again. ` +
            "You can send it again later."
      }
      confirmLabel="Cancel execution"
      isDanger
      onConfirm={() => cancel.mutateAsync({ projectId, executionId: execution.id })}
    >
      {label}
    </ConfirmButton>
  );
}

function SendNow({ projectId, execution, refusal }: ActionProps) {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const send = useMutation(
    trpc.execution.sendNow.mutationOptions({
      onSuccess: () => toast.success("Sending it now"),
      onSettled: refresh,
    }),
  );
  const label = (
    <>
      <SendHorizontal aria-hidden /> Send now
    </>
  );
  if (refusal !== null) return <Refused reason={refusal}>{label}</Refused>;
  return (
    <>
      <ButtonError error={send.error} className="order-first basis-full" />
      <Button
        variant="primary"
        isLoading={send.isPending}
        onClick={() => send.mutate({ projectId, executionIds: [execution.id] })}
      >
        {label}
      </Button>
    </>
  );
}

function Resend({ projectId, execution, refusal }: ActionProps) {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const resend = useMutation(
    trpc.execution.resend.mutationOptions({
      onSuccess: () => toast.success("Sending it again"),
      onSettled: refresh,
    }),
  );
  const label = (
    <>
      <RotateCw aria-hidden /> Resend
    </>
  );
  if (refusal !== null) return <Refused reason={refusal}>{label}</Refused>;
  return (
    <span data-key-r>
      <ConfirmButton
        title="Send this execution again?"
        description={
          "The receiver gets the same body under the same webhook ID. " +
          "The request uses the action's current address and headers. Attempt numbers go on."
        }
        confirmLabel="Resend"
        variant="primary"
        onConfirm={() => resend.mutateAsync({ projectId, executionId: execution.id })}
      >
        {label}
      </ConfirmButton>
    </span>
  );
}

/** A disabled button whose tooltip says why it is disabled. The keyboard can still focus it. */
function Refused({ reason, children }: { reason: string; children: ReactElement }) {
  return (
    <Tooltip content={reason}>
      <Button aria-disabled className="cursor-not-allowed opacity-50">
        {children}
      </Button>
    </Tooltip>
  );
}

function useRefresh(): () => Promise<void> {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries(trpc.execution.pathFilter());
}
