import { z } from "zod";

export const Role = z.enum(["owner", "admin", "member", "viewer"]);
export type Role = z.infer<typeof Role>;

export const TokenScope = z.enum(["read", "bodies", "write", "deliver", "admin"]);
export type TokenScope = z.infer<typeof TokenScope>;

/**
 * The roles that have a permission, and the scope that a token needs for it. A null scope: no token may have the
 * permission.
 */
type PermissionRule = { roles: readonly Role[]; scope: TokenScope | null };

const everyone: readonly Role[] = ["owner", "admin", "member", "viewer"];
const members: readonly Role[] = ["owner", "admin", "member"];
const admins: readonly Role[] = ["owner", "admin"];
const owners: readonly Role[] = ["owner"];

/** Every permission of a project. A new permission is one line here. */
const rules = {
  /** see triggers, actions without their secrets, executions and observations */
  "project:read": { roles: everyone, scope: "read" },
  /** see inputs, outputs, and the bodies of requests and responses; a project may give viewers this permission too */
  "body:read": { roles: members, scope: "bodies" },
  /** remove the bodies of an observation, in every copy */
  "body:expunge": { roles: admins, scope: "admin" },
  /** create, edit, switch on or off, and delete triggers; start backfills */
  "trigger:write": { roles: members, scope: "write" },
  "action:write": { roles: members, scope: "write" },
  /** send a test, probe an endpoint, resend ended executions, and cancel or send waiting executions */
  "execution:act": { roles: members, scope: "deliver" },
  /** see whole URLs of webhooks; make, rotate and end signing secrets; set the project's operational webhook */
  "secret:manage": { roles: admins, scope: "admin" },
  "eventKey:manage": { roles: admins, scope: "admin" },
  /** make and revoke API tokens of the project; a token must not make another token */
  "token:manage": { roles: admins, scope: null },
  /** change the redaction rules, which name the values of events that are never stored */
  "redaction:manage": { roles: admins, scope: "admin" },
  "retention:manage": { roles: admins, scope: "admin" },
  /** change the project's own model prices, from which costs are computed */
  "price:manage": { roles: admins, scope: "admin" },
  "engine:read": { roles: admins, scope: "admin" },
  "rejected:read": { roles: admins, scope: "admin" },
  "member:manage": { roles: admins, scope: "admin" },
  "audit:read": { roles: admins, scope: "admin" },
  "project:delete": { roles: owners, scope: null },
  "owner:change": { roles: owners, scope: null },
} as const satisfies Record<string, PermissionRule>;

export type Permission = keyof typeof rules;
export const permissions = Object.keys(rules) as Permission[];

/** Tells whether a role has a permission. `settings.viewersSeeBodies` also gives viewers the permission `body:read`. */
export function roleHasPermission(
  role: Role,
  permission: Permission,
  settings: { viewersSeeBodies?: boolean } = {},
): boolean {
  if (permission === "body:read" && role === "viewer") return settings.viewersSeeBodies === true;
  const { roles }: PermissionRule = rules[permission];
  return roles.includes(role);
}

/** The scope that a token needs for a permission; null if no token may have the permission. */
export const findScopeOfPermission = (permission: Permission): TokenScope | null => rules[permission].scope;
