import { z } from "zod";
import { Role } from "@/domain/access";
import { booleanText, listText, makeWebUrlSchema } from "./values";

/** The OpenID Connect provider at which people sign in. */
export type OidcEnv = {
  /** the provider's issuer, whose discovery document has every URL */
  issuer: string;
  clientId: string;
  /** the client's secret; undefined for a public client */
  clientSecret: string | undefined;
  /** the provider's name on the sign-in page */
  name: string;
  scopes: string[];
  /** the claim that holds the groups of a person */
  groupsClaim: string;
  /** the rules that say which group gives which role in which project */
  memberships: OidcMembership[];
  /** the groups whose members may sign in; empty: everybody whom the provider accepts */
  allowedGroups: string[];
  /** whether every email of the provider counts as verified */
  trustsEmail: boolean;
  /** whether nobody may sign in with a password */
  isRequired: boolean;
};
export type OidcMembership = { group: string; projectId: string; role: Role };

const membership = z.string().transform((entry, ctx): OidcMembership => {
  const [, group, projectId, role] = /^(.+)=(prj_[a-z0-9]+):(\w+)$/.exec(entry) ?? [];
  const parsed = Role.safeParse(role);
  if (group && projectId && parsed.success) return { group: group.trim(), projectId, role: parsed.data };
  const roles = Role.options.join(", ");
  const message = `must be a list such as support=prj_01k…:viewer,platform=prj_01k…:admin, with the roles ${roles}`;
  ctx.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** The variables of sign-in with OpenID Connect. `OIDC_ISSUER` and `OIDC_CLIENT_ID` switch it on. */
export const oidcVariables = {
  OIDC_ISSUER: makeWebUrlSchema(true).optional(),
  OIDC_CLIENT_ID: z.string().max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().max(2_000).optional(),
  OIDC_NAME: z.string().max(60, "must have at most 60 characters").default("single sign-on"),
  OIDC_SCOPES: z.string().default("openid email profile"),
  OIDC_GROUPS_CLAIM: z.string().max(200).default("groups"),
  OIDC_MEMBERSHIPS: listText.pipe(z.array(membership)).default([]),
  OIDC_ALLOWED_GROUPS: listText.default([]),
  OIDC_TRUST_EMAIL: booleanText.default(false),
  OIDC_REQUIRED: booleanText.default(false),
};

type OidcVariables = z.infer<z.ZodObject<typeof oidcVariables>>;

/** Returns the provider, null without one, or the problem of a missing variable. */
export function parseOidc(variables: OidcVariables): OidcEnv | { problem: string } | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = variables;
  if (!issuer && !clientId) {
    const given = variables.OIDC_REQUIRED
      ? "OIDC_REQUIRED"
      : variables.OIDC_CLIENT_SECRET
        ? "OIDC_CLIENT_SECRET"
        : null;
    return given && { problem: `OIDC_ISSUER and OIDC_CLIENT_ID are missing: ${given} is set.` };
  }
  if (!issuer) return { problem: "OIDC_ISSUER is missing: OIDC_CLIENT_ID is set, and sign-in needs both." };
  if (!clientId) return { problem: "OIDC_CLIENT_ID is missing: OIDC_ISSUER is set, and sign-in needs both." };
  return {
    issuer,
    clientId,
    clientSecret: variables.OIDC_CLIENT_SECRET,
    name: variables.OIDC_NAME,
    scopes: variables.OIDC_SCOPES.split(/[ ,]+/).filter((scope) => scope !== ""),
    groupsClaim: variables.OIDC_GROUPS_CLAIM,
    memberships: variables.OIDC_MEMBERSHIPS,
    allowedGroups: variables.OIDC_ALLOWED_GROUPS,
    trustsEmail: variables.OIDC_TRUST_EMAIL,
    isRequired: variables.OIDC_REQUIRED,
  };
}
