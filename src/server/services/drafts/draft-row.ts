import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe-filter";
import { TriggerInput } from "@/domain/trigger";
import { DraftPreview } from "@/domain/trigger-draft";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

export const triggerDraftSelect = {
  id: true,
  triggerId: true,
  version: true,
  input: true,
  reason: true,
  preview: true,
  actorLabel: true,
  createdAt: true,
  expiresAt: true,
  appliedAt: true,
  appliedTo: true,
  discardedAt: true,
} satisfies Prisma.TriggerDraftSelect;
type Row = Prisma.TriggerDraftGetPayload<{ select: typeof triggerDraftSelect }>;

/** The state of a draft (a proposed trigger). Only an open draft can be applied. */
type DraftState = "open" | "applied" | "discarded" | "expired";

export type TriggerDraft = {
  id: string;
  state: DraftState;
  /** the proposed trigger; null if this version of the program cannot read it */
  trigger: TriggerInput | null;
  /** the id of the trigger that the draft changes; null if the draft proposes a new trigger */
  triggerId: string | null;
  /** the filter in plain English */
  sentence: string;
  reason: string;
  preview: DraftPreview | null;
  proposedBy: string;
  createdAt: Date;
  expiresAt: Date;
  /** the id of the trigger that was created or changed from the draft; null before that */
  appliedTo: string | null;
  /** the URL of the draft's page, where a person applies it */
  url: string;
};

export function toTriggerDraft(ctx: ProjectContext, row: Row): TriggerDraft {
  const trigger = TriggerInput.safeParse(row.input).data ?? null;
  const source = trigger && getEventSource(trigger.eventSource);
  return {
    id: row.id,
    state: stateOf(row, ctx.now()),
    trigger,
    triggerId: row.triggerId,
    sentence: source ? describeFilter(source, trigger.filter) : "a filter that cannot be read",
    reason: row.reason,
    preview: DraftPreview.safeParse(row.preview).data ?? null,
    proposedBy: row.actorLabel,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    appliedTo: row.appliedTo,
    url: `${ctx.env.appUrl}/projects/${ctx.projectId}/drafts/${row.id}`,
  };
}

function stateOf({ appliedAt, discardedAt, expiresAt }: Row, now: Date): DraftState {
  if (appliedAt) return "applied";
  if (discardedAt) return "discarded";
  return expiresAt <= now ? "expired" : "open";
}
