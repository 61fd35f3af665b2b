import { listActionTypes as registeredTypes } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { describeActionTypeUnavailability } from "../deliveries/senders/action-type-unavailability";

/** @property unavailable why this installation delivers nothing of it; null if it delivers */
export type ActionTypeSummary = { name: string; label: string; description: string; unavailable: string | null };

/** Lists the action types, also those that the operator has switched off. */
export function listActionTypes(ctx: ProjectContext): ActionTypeSummary[] {
  requirePermission(ctx, "project:read");
  return registeredTypes().map((type) => ({
    name: type.name,
    label: type.label,
    description: type.description,
    unavailable: describeActionTypeUnavailability(ctx, type),
  }));
}
