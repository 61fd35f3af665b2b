import { AsyncLocalStorage } from "node:async_hooks";
import type { BetterAuthOptions } from "better-auth";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { DISPLAY_NAME_LENGTH_MAX, NameText } from "@/domain/display-name";
import { Email } from "@/domain/people";
import type { OidcEnv } from "@/env/oidc";
import type { ServiceContext } from "../context";
import { endAccessBeforeSso } from "../services/end-access-before-sso";
import { syncSsoMemberships } from "../services/sso-memberships";

/** The id of the single sign-on provider in stored accounts and in the paths of the sign-in library. */
export const OIDC_PROVIDER = "oidc";
export const OIDC_START_PATH = "/api/auth/sign-in/social";
export const OIDC_CALLBACK_PATH = `/api/auth/callback/${OIDC_PROVIDER}`;

/** The library's hooks note here the groups and the person of one callback. `isOver`: the callback has answered. */
type SignInCall = { groups?: string[]; userId?: string; isOver?: true };
const calls = new AsyncLocalStorage<SignInCall>();

/**
 * Runs the provider's callback. Returns the HTTP answer and the id of the person who signed in, or null if nobody did.
 */
export async function runOidcCallback(
  answer: () => Promise<Response>,
): Promise<{ response: Response; userId: string | null }> {
  const call: SignInCall = {};
  const response = await calls.run(call, answer).finally(() => (call.isOver = true));
  return { response, userId: call.userId ?? null };
}

/** Returns the groups in a claim of the provider's profile. The claim is a list of names or one name. */
function groupsIn(profile: Record<string, unknown> | undefined, claim: string): string[] {
  const value = profile?.[claim];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((group) => typeof group === "string") : [];
}

/** Makes a name that the program can store and show of a name at the provider, which may be any text. */
const toDisplayName = (name: unknown): string =>
  Array.from(NameText.parse(String(name ?? "").replace(/[\p{Cc}\p{Cs}]/gu, " ")))
    .slice(0, DISPLAY_NAME_LENGTH_MAX)
    .join("")
    .trim();

/**
 * Makes the options of the sign-in library for one OpenID Connect provider. The provider's keys verify the ID token.
 * The token's subject identifies the person; at the first sign-in a verified email does. No token is stored.
 */
export function makeOidcOptions(ctx: Pick<ServiceContext, "db" | "now">, oidc: OidcEnv) {
  return {
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: OIDC_PROVIDER,
            name: oidc.name,
            discoveryUrl: `${oidc.issuer}/.well-known/openid-configuration`,
            requireIdTokenVerification: true,
            clientId: oidc.clientId,
            ...(oidc.clientSecret === undefined
              ? { tokenEndpointAuth: { method: "none" as const } }
              : { clientSecret: oidc.clientSecret }),
            scopes: oidc.scopes,
            // The library's `emailVerified` is not read: a claim of that name would replace the claim `email_verified`.
            mapProfileToUser: ({ name, email, email_verified: verified }) => ({
              name: toDisplayName(name || email),
              emailVerified: oidc.trustsEmail || verified === true || verified === "true",
            }),
          },
        ],
      }),
    ],
    account: {
      storeStateStrategy: "cookie",
      updateAccountOnSignIn: false,
      // The provider proves the email of an account that was there. What others could know of the account ends then.
      accountLinking: { requireLocalEmailVerified: false },
    },
    user: {
      validateUserInfo({ user, source }) {
        if (source.method !== "oauth") return undefined;
        const groups = groupsIn(source.oauth?.profile, oidc.groupsClaim);
        const call = calls.getStore();
        if (call) call.groups = groups;
        if (!Email.safeParse(user.email).success) return { error: "email_not_valid" };
        if (user.emailVerified !== true) return { error: "email_not_verified" };
        const isAllowed = oidc.allowedGroups.length === 0 || oidc.allowedGroups.some((one) => groups.includes(one));
        return isAllowed ? undefined : { error: "group_not_allowed" };
      },
    },
    databaseHooks: {
      account: {
        create: {
          /*
           * The library calls this hook at a person's first sign-in with the provider. If it throws, the account is not
           * linked, and the next sign-in calls it again.
           */
          async before(account) {
            await endAccessBeforeSso(ctx, { userId: account.userId, provider: oidc.name });
            return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } };
          },
        },
      },
      session: {
        create: {
          /*
           * The library calls this hook before it creates the session. If it throws, the person is not signed in, and
           * so never enters with outdated memberships.
           */
          async before({ userId }) {
            const call = calls.getStore();
            if (!call?.groups) return;
            // The provider answered too late, and nobody would get this session.
            if (call.isOver) return false;
            await syncSsoMemberships(ctx, { userId, groups: call.groups, rules: oidc.memberships });
            call.userId = userId;
          },
        },
      },
    },
  } satisfies BetterAuthOptions;
}
