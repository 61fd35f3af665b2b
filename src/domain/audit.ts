/** The first word of an audit action, before the dot: the kind of thing that the audit entry is about. */
export const auditNouns = [
  "trigger",
  "action",
  "execution",
  "observation",
  "backfill",
  "resend",
  "send_now",
  "cancel",
  "eventKey",
  "token",
  "redaction",
  "modelPrice",
  "operationalWebhook",
  "view",
  "member",
  "invitation",
  "passwordReset",
  "project",
  "engine",
  "account",
] as const;

export type AuditNoun = (typeof auditNouns)[number];

/** The action that an audit entry records, such as `trigger.update`. */
export type AuditAction = `${AuditNoun}.${string}`;
