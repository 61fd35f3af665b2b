import { TokenScope } from "@/domain/access";
import type { ApiTokenInput } from "@/domain/api-token";
import { makeRandomToken, sha256 } from "@/server/crypto";
import type { Prisma } from "@/generated/prisma/client";
import { newId } from "@/server/ids";

const DAY_MS = 86_400_000;

/** Every API token begins with this text, so that people and secret scanners recognize it. */
export const API_TOKEN_PREFIX = "tsa_";

export const apiTokenSelect = {
  id: true,
  name: true,
  last4: true,
  scopes: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  revokedAt: true,
  user: { select: { name: true, email: true } },
} satisfies Prisma.ApiTokenSelect;
type Row = Prisma.ApiTokenGetPayload<{ select: typeof apiTokenSelect }>;

export type ApiTokenSummary = Omit<Row, "user" | "scopes"> & { scopes: TokenScope[]; maker: string };

export const toApiTokenSummary = ({ user, scopes, ...row }: Row): ApiTokenSummary => ({
  ...row,
  scopes: listKnownTokenScopes(scopes),
  maker: user.email,
});

/** Returns those stored scopes of a token that this release knows. */
export const listKnownTokenScopes = (stored: readonly string[]): TokenScope[] =>
  TokenScope.options.filter((scope) => stored.includes(scope));

/** Makes a random API token and its database row. The row holds a hash of the token and its last four characters. */
export function makeApiToken(owner: { projectId: string | null; userId: string }, input: ApiTokenInput, now: Date) {
  const token = `${API_TOKEN_PREFIX}${makeRandomToken()}`;
  const expiresAt = input.expiresInDays === null ? null : new Date(now.getTime() + input.expiresInDays * DAY_MS);
  const row = {
    id: newId("tok"),
    ...owner,
    name: input.name,
    scopes: input.scopes,
    hash: sha256(token),
    last4: token.slice(-4),
    createdAt: now,
    expiresAt,
  };
  return { token, row };
}

/** Describes a token by its name, scopes and expiry date, for the audit log. */
export const describeApiToken = ({
  name,
  scopes,
  expiresAt,
}: {
  name: string;
  scopes: string[];
  expiresAt: Date | null;
}) =>
  `“${name}” (${scopes.join(", ")}; ${expiresAt ? `until ${expiresAt.toISOString().slice(0, 10)}` : "without an end"})`;
