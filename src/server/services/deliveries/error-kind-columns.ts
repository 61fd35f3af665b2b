import type { ErrorKind } from "@/domain/attempt-error";

/**
 * For each kind of attempt error, the column of the table action_hour that counts it, and the name of this column in
 * the Prisma client.
 */
export const errorKindColumns = {
  dns: { column: "dns", field: "dns" },
  refused: { column: "refused", field: "refused" },
  reset: { column: "reset", field: "reset" },
  tls: { column: "tls", field: "tls" },
  timeout: { column: "timeout", field: "timeout" },
  "4xx": { column: "status_4xx", field: "status4xx" },
  "5xx": { column: "status_5xx", field: "status5xx" },
  blocked: { column: "blocked", field: "blocked" },
  other: { column: "other", field: "other" },
} as const satisfies Record<ErrorKind, { column: string; field: string }>;
