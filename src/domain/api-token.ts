import { z } from "zod";
import { TokenScope } from "./access";
import { DisplayName } from "./display-name";

const DAYS_MAX = 3_650;

/** The calls that each scope allows, in words. The scopes stand in the order of display. */
export const scopeDescriptions: Record<TokenScope, string> = {
  read: "Read triggers, actions, executions, observations and figures. No bodies, and never a secret.",
  bodies: "Read inputs, outputs, metadata, and the bodies of requests and answers too.",
  write: "Create, change and delete triggers and actions; start backfills.",
  deliver: "Resend, cancel and send executions now; probe endpoints; send tests.",
  admin: "Event keys, members, the audit log, rejected events, retention and signing secrets.",
};

export const ApiTokenInput = z.object({
  name: DisplayName,
  scopes: z
    .array(TokenScope)
    .min(1, "Choose at least one scope.")
    .refine((scopes) => new Set(scopes).size === scopes.length, "A scope stands here twice."),
  /** days until the token expires; null: it never expires */
  expiresInDays: z
    .number("Enter a number of days.")
    .int("Use whole days.")
    .min(1, "At least 1 day.")
    .max(DAYS_MAX, `At most ${DAYS_MAX.toLocaleString("en")} days.`)
    .nullable()
    .default(90),
});
export type ApiTokenInput = z.infer<typeof ApiTokenInput>;
