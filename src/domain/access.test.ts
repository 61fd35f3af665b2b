import { expect, test } from "vitest";
import { roleHasPermission, permissions, Role, findScopeOfPermission, TokenScope, type Permission } from "./access";

const table: Record<Permission, string> = {
  "project:read": "owner admin member viewer",
  "body:read": "owner admin member",
  "body:expunge": "owner admin",
  "trigger:write": "owner admin member",
  "action:write": "owner admin member",
  "execution:act": "owner admin member",
  "secret:manage": "owner admin",
  "eventKey:manage": "owner admin",
  "token:manage": "owner admin",
  "redaction:manage": "owner admin",
  "retention:manage": "owner admin",
  "price:manage": "owner admin",
  "engine:read": "owner admin",
  "rejected:read": "owner admin",
  "member:manage": "owner admin",
  "audit:read": "owner admin",
  "project:delete": "owner",
  "owner:change": "owner",
};

test.each(Object.entries(table))("%s is for %s", (permission, roles) => {
  expect(Role.options.filter((role) => roleHasPermission(role, permission as Permission)).join(" ")).toBe(roles);
});

test("viewers read bodies only where the project allows it", () => {
  expect(roleHasPermission("viewer", "body:read", { viewersSeeBodies: true })).toBe(true);
  expect(roleHasPermission("viewer", "trigger:write", { viewersSeeBodies: true })).toBe(false);
});

test("every scope gives something, and no scope gives what only owners may, or makes another token", () => {
  const scopes = permissions.map(findScopeOfPermission);
  expect(TokenScope.options.filter((scope) => !scopes.includes(scope))).toEqual([]);
  expect(permissions.filter((permission) => findScopeOfPermission(permission) === null)).toEqual([
    "token:manage",
    "project:delete",
    "owner:change",
  ]);
});
