import type { EventSource } from "@/domain/event-source/event-source";
import type { Filter, FilterNode } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { hasPermission } from "../access";

/**
 * Throws if a filter reads bodies (input, output or metadata) and the reader lacks the permission `body:read`. The
 * results of such a filter would reveal the bodies.
 * @throws AppError FORBIDDEN
 */
export function refuseBodyFilter(ctx: ProjectContext, source: EventSource, filter: Filter): void {
  if (!maySeeFilterResults(ctx, source, filter))
    throw new AppError("FORBIDDEN", "This filter looks into bodies, which you may not read in this project.");
}

/**
 * Tells whether a reader may see the results of a filter. That is so if the filter reads no bodies, or the reader has
 * the permission `body:read`.
 */
export function maySeeFilterResults(ctx: ProjectContext, source: EventSource, filter: Filter): boolean {
  if (hasPermission(ctx, "body:read")) return true;
  const bodies = new Set(source.columns.filter((column) => column.isBody).map((column) => column.id));
  const reads = (node: FilterNode): boolean =>
    node.type === "group" ? node.children.some(reads) : bodies.has(node.column);
  return !reads(filter);
}
