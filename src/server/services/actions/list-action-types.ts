import { listActionTypes as registeredTypes } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { describeActionTypeUnavailability } from "../deliveries/senders/action-type-unavailability";

/** @property unavailable a sentence on why this installation cannot deliver actions of this type; null if it can */
export type ActionTypeSummary = { name: string; label: string; description: string; unavailable: string | null };

/**
 * Lists the action types that the program knows, such as `webhook`. Types that this installation cannot deliver are in
 * the list, each with the reason.
 */
export function listActionTypes(ctx: ProjectContext): ActionTypeSummary[] {
  requirePermission(ctx, "project:read");
  return registeredTypes().map((type) => ({
    name: type.name,
    label: type.label,
    description: type.description,
    unavailable: describeActionTypeUnavailability(ctx, type),
  }));
}
