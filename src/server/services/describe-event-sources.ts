import { listEventSources } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "./access";

/**
 * Lists the event sources that triggers can listen to. Each comes with a description of its filter columns and a sample
 * payload.
 */
export function describeEventSources(ctx: ProjectContext) {
  requirePermission(ctx, "project:read");
  return listEventSources().map(({ name, label, description, noun, columns, sample }) => ({
    name,
    label,
    description,
    noun,
    columns: columns.map((column) => ({
      id: column.id,
      label: column.label,
      group: column.group,
      type: column.type,
      description: column.description,
      options: column.options === undefined ? undefined : [...column.options],
      nullable: column.nullable,
      freeText: column.freeText ?? false,
      isBody: column.isBody ?? false,
      unit: column.unit,
    })),
    sample: sample(ctx.now()) as unknown,
  }));
}
