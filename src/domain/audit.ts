/** Everything that an entry of the audit log can be about: the part of its action before the dot. */
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

/** The act of an entry, such as `trigger.update`. */
export type AuditAction = `${AuditNoun}.${string}`;
