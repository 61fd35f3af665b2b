import { auditNouns, type AuditNoun } from "@/domain/audit";
import { getEventNounForms } from "@/domain/event-source/event-noun";

/**
 * Returns the path of the page about the thing that an audit entry changed, without the project's part. Null if there
 * is no such page.
 */
export function findPathOfAuditSubject({
  action,
  targetId,
}: {
  action: string;
  targetId: string | null;
}): string | null {
  const noun = auditNouns.find((known) => known === action.split(".")[0]);
  if (targetId && noun === "trigger") return `/triggers/${targetId}?tab=versions`;
  if (targetId && noun === "action") return `/actions/${targetId}?tab=versions`;
  if (targetId && noun === "backfill") return `/triggers/${targetId}`;
  if (targetId && noun === "execution") return `/executions/${targetId}`;
  if (targetId && noun === "observation") return `/observations/${encodeURIComponent(targetId)}`;
  return noun ? subjects[noun].page : null;
}

/**
 * For each noun of the audit log: its label in the filter, and the page that all its entries link to. Null if each
 * entry links to a page of its own, or has no link.
 */
const subjects: Record<AuditNoun, { label: string; page: string | null }> = {
  trigger: { label: "Triggers", page: null },
  action: { label: "Actions", page: null },
  execution: { label: "Executions", page: null },
  observation: { label: getEventNounForms().headings, page: null },
  backfill: { label: "Backfills", page: null },
  resend: { label: "Bulk resends", page: "/executions" },
  send_now: { label: "Bulk sends", page: "/executions" },
  cancel: { label: "Bulk cancels", page: "/executions" },
  eventKey: { label: "Event keys", page: "/settings/event-keys" },
  token: { label: "API tokens", page: "/settings/api-tokens" },
  redaction: { label: "Redaction", page: "/settings/redaction" },
  modelPrice: { label: "Model prices", page: "/settings/model-prices" },
  operationalWebhook: { label: "Operational webhook", page: "/settings" },
  view: { label: "Saved views", page: null },
  member: { label: "Members", page: "/settings/members" },
  invitation: { label: "Invitations", page: "/settings/members" },
  passwordReset: { label: "Password resets", page: "/settings/members" },
  project: { label: "Project", page: "/settings" },
  engine: { label: "Engine runs", page: "/settings/engine" },
  account: { label: "Accounts", page: null },
};

/** The choices of the filter above the audit log. */
export const auditFilterChoices: readonly { value: AuditNoun | "any"; label: string }[] = [
  { value: "any", label: "Everything" },
  ...auditNouns.map((value) => ({ value, label: subjects[value].label })),
];
