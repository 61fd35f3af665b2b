import type { Permission } from "@/domain/access";
import type { Prisma } from "@/generated/prisma/client";
import type { PersonJobKind } from "./types";

export const permissionOfJobKind: Record<PersonJobKind, Permission> = {
  backfill: "trigger:write",
  resend: "execution:act",
  send_now: "execution:act",
  cancel: "execution:act",
};
export const nounOfJobKind: Record<PersonJobKind, string> = {
  backfill: "backfill",
  resend: "resend",
  send_now: "job that sends executions now",
  cancel: "job that cancels executions",
};

export const jobSelect = {
  id: true,
  subjectId: true,
  params: true,
  ratePerMinute: true,
  status: true,
  statusReason: true,
  total: true,
  processed: true,
  matched: true,
  created: true,
  generation: true,
  createdByLabel: true,
  createdAt: true,
  finishedAt: true,
} satisfies Prisma.JobSelect;
export type JobRow = Prisma.JobGetPayload<{ select: typeof jobSelect }>;
