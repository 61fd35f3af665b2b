"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PageLink } from "@/components/ui/page-link";
import { ButtonError } from "@/components/button-error";
import { ConfirmButton } from "@/components/confirm-button";
import { KeyValueList } from "@/components/key-value-list";
import { PageHeader } from "@/components/page-header";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { TriggerDraft } from "./types";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatRate } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useOpenPageAfterSave } from "@/lib/use-open-page-after-save";

/**
 * Shows a proposed trigger (a draft) with its estimated effect. An open draft has buttons that apply and discard it,
 * for people who may change triggers.
 */
export function DraftPage({ projectId, draftId }: { projectId: string; draftId: string }) {
  const trpc = useTRPC();
  const draft = useQuery(trpc.draft.get.queryOptions({ projectId, draftId }));
  if (draft.isLoadingError)
    return (
      <>
        <PageHeader title="Draft of a trigger" />
        <Banner tone="danger" isAlert>
          {draft.error.message}
        </Banner>
      </>
    );
  if (!draft.data) return <Skeleton width="20rem" />;
  return (
    <>
      <PageHeader title={draft.data.trigger?.name ?? "Draft of a trigger"} />
      <div className="flex max-w-form flex-col gap-6">
        <DraftState projectId={projectId} draft={draft.data} />
        <DraftFacts projectId={projectId} draft={draft.data} />
        <DraftFigures draft={draft.data} />
        {draft.data.state === "open" && <DraftButtons projectId={projectId} draft={draft.data} />}
      </div>
    </>
  );
}

type DraftProps = { projectId: string; draft: TriggerDraft };

function DraftState({ projectId, draft }: DraftProps) {
  if (draft.state === "open")
    return (
      <Banner>
        {draft.triggerId === null ? "This trigger does not exist yet." : "This draft changes an existing trigger."}{" "}
        Nothing fires until somebody applies it.
      </Banner>
    );
  if (draft.state === "applied" && draft.appliedTo !== null)
    return (
      <Banner tone="success">
        The draft was applied.{" "}
        <PageLink className="underline underline-offset-3" href={`/projects/${projectId}/triggers/${draft.appliedTo}`}>
          Open the trigger
        </PageLink>
      </Banner>
    );
  return <Banner tone="warning">The draft is {draft.state}, so it can no longer be applied.</Banner>;
}

function DraftFacts({ projectId, draft }: DraftProps) {
  const trpc = useTRPC();
  const actions = useQuery(trpc.action.list.queryOptions({ projectId, limit: 200 }));
  const nameOf = (id: string): string => actions.data?.items.find((action) => action.id === id)?.name ?? id;
  const { trigger } = draft;
  return (
    <Card title="What it does">
      <KeyValueList
        items={[
          { label: "Fires for", value: draft.sentence },
          { label: "Runs", value: trigger?.actionIds.map(nameOf).join(", ") ?? "" },
          { label: "Sampling", value: trigger ? formatRate(trigger.samplingRate) : "" },
          { label: "Delay", value: trigger?.delaySeconds ? `${trigger.delaySeconds} s, ${trigger.delayMode}` : "None" },
          { label: "Most in an hour", value: trigger?.capPerHour?.toLocaleString("en") ?? "No cap" },
          { label: "Proposed by", value: draft.proposedBy },
          { label: "Its reason", value: draft.reason === "" ? "None given" : draft.reason },
          { label: "Proposed", value: <Time value={draft.createdAt} /> },
        ]}
      />
    </Card>
  );
}

function DraftFigures({ draft: { preview, trigger } }: { draft: TriggerDraft }) {
  if (!preview) return null;
  const noun = getEventNounForms(trigger?.eventSource);
  const perDay = preview.executionsPerDay;
  return (
    <Card title={`Its effect on past ${noun.many}`} description={`Over the latest ${preview.scanned} ${noun.many}.`}>
      <KeyValueList
        items={[
          { label: "Matched", value: `${preview.matched} of ${preview.scanned}` },
          { label: "After sampling", value: String(preview.sampledIn) },
          {
            label: "Executions a day",
            value: perDay === null ? `Too few ${noun.many} for an estimate` : `About ${perDay.toLocaleString("en")}`,
          },
          {
            label: "For instance",
            value: preview.examples.map(({ id, name }) => name ?? id).join(", ") || `No ${noun.one}`,
          },
        ]}
      />
    </Card>
  );
}

function DraftButtons({ projectId, draft }: DraftProps) {
  const trpc = useTRPC();
  const leaveTo = useOpenPageAfterSave();
  const queryClient = useQueryClient();
  const input = { projectId, draftId: draft.id };
  const project = useQuery(trpc.project.get.queryOptions({ projectId }));
  const refresh = () => queryClient.invalidateQueries(trpc.draft.pathFilter());
  const apply = useMutation(
    trpc.draft.accept.mutationOptions({
      onSuccess: async ({ triggerId }) => {
        toast.success("The draft is applied");
        await queryClient.invalidateQueries(trpc.trigger.pathFilter());
        return leaveTo(`/projects/${projectId}/triggers/${triggerId}`);
      },
      onError: () => void refresh(),
    }),
  );
  const discard = useMutation(trpc.draft.discard.mutationOptions({ onSuccess: refresh }));
  if (!project.data?.permissions.includes("trigger:write"))
    return <Banner>Only owners, admins and members of this project may apply a draft.</Banner>;
  return (
    <div className="flex flex-wrap gap-3">
      <Button variant="primary" isLoading={apply.isPending} onClick={() => apply.mutate(input)}>
        Apply draft
      </Button>
      <ConfirmButton
        title="Discard this draft?"
        description="Nobody can apply it any more."
        confirmLabel="Discard draft"
        isDanger
        onConfirm={() => discard.mutateAsync(input)}
      >
        Discard
      </ConfirmButton>
      <ButtonError error={apply.error} className="basis-full" />
    </div>
  );
}
