/** Returns the path of an entry's subject below the project; null without a page. */
export function auditPath({ action, targetId }: { action: string; targetId: string | null }): string | null {
  const noun = action.split(".")[0] ?? "";
  if (targetId && noun === "trigger") return `/triggers/${targetId}?tab=versions`;
  if (targetId && noun === "action") return `/actions/${targetId}?tab=versions`;
  if (targetId && noun === "execution") return `/executions/${targetId}`;
  if (targetId && noun === "observation") return `/observations/${encodeURIComponent(targetId)}`;
  return pages[noun] ?? null;
}

const pages: Record<string, string> = {
  eventKey: "/settings/event-keys",
  invitation: "/settings/members",
  member: "/settings/members",
  passwordReset: "/settings/members",
  operationalWebhook: "/settings",
  project: "/settings",
};

/** The nouns that filter the log. */
export const auditNouns = [
  { value: "any", label: "Everything" },
  { value: "trigger", label: "Triggers" },
  { value: "action", label: "Actions" },
  { value: "execution", label: "Executions" },
  { value: "observation", label: "Observations" },
  { value: "eventKey", label: "Event keys" },
  { value: "member", label: "Members" },
  { value: "invitation", label: "Invitations" },
  { value: "project", label: "Project" },
  { value: "account", label: "Accounts" },
] as const;
