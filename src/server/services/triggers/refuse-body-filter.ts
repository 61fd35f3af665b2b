import type { EventSource } from "@/domain/event-source/event-source";
import type { Filter, FilterNode } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { hasPermission } from "../access";

/**
 * A result reveals the values that a filter reads. So a reader without permission for bodies may not use a filter over
 * bodies.
 * @throws AppError FORBIDDEN
 */
export function refuseBodyFilter(ctx: ProjectContext, source: EventSource, filter: Filter): void {
  if (hasPermission(ctx, "body:read")) return;
  const bodies = new Set(source.columns.filter((column) => column.isBody).map((column) => column.id));
  const reads = (node: FilterNode): boolean =>
    node.type === "group" ? node.children.some(reads) : bodies.has(node.column);
  if (reads(filter))
    throw new AppError("FORBIDDEN", "This filter looks into bodies, which you may not read in this project.");
}
