import { z } from "zod";

export const Role = z.enum(["owner", "admin", "member", "viewer"]);
export type Role = z.infer<typeof Role>;

export type Permission =
  /** triggers, actions (never secrets), executions, observations */
  | "project:read"
  /** inputs, outputs, request and response bodies */
  | "body:read"
  /** remove the bodies of an observation, in every copy */
  | "body:expunge"
  /** create, edit, switch, delete, backfill */
  | "trigger:write"
  | "action:write"
  /** send a test, resend, cancel */
  | "execution:act"
  | "secret:manage"
  | "eventKey:manage"
  | "retention:manage"
  | "engine:read"
  | "rejected:read"
  | "member:manage"
  | "audit:read"
  | "project:delete"
  | "owner:change";

const everyone: readonly Role[] = ["owner", "admin", "member", "viewer"];
const members: readonly Role[] = ["owner", "admin", "member"];
const admins: readonly Role[] = ["owner", "admin"];
const owners: readonly Role[] = ["owner"];

const allowed: Record<Permission, readonly Role[]> = {
  "project:read": everyone,
  "body:read": members,
  "body:expunge": admins,
  "trigger:write": members,
  "action:write": members,
  "execution:act": members,
  "secret:manage": admins,
  "eventKey:manage": admins,
  "retention:manage": admins,
  "engine:read": admins,
  "rejected:read": admins,
  "member:manage": admins,
  "audit:read": admins,
  "project:delete": owners,
  "owner:change": owners,
};

/** Tells whether a role has a permission. A project may let viewers read bodies too. */
export function can(role: Role, permission: Permission, settings: { viewersSeeBodies?: boolean } = {}): boolean {
  if (permission === "body:read" && role === "viewer") return settings.viewersSeeBodies === true;
  return allowed[permission].includes(role);
}
