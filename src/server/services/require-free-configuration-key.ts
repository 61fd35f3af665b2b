import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError } from "@/server/errors";

type Wanted = {
  kind: "trigger" | "action";
  /** the id of the trigger or action that shall have the key; null for a new one */
  id: string | null;
  key: string | null | undefined;
};

/**
 * Checks that no other trigger (or no other action) of the project has the key by which files and the API name it. It
 * locks the project until the commit, so that two callers cannot take a key at once.
 * @throws AppError CONFLICT at the field `key`
 */
export async function requireFreeConfigurationKey(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { kind, id, key }: Wanted,
): Promise<void> {
  if (key === null || key === undefined) return;
  await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
  const where = { projectId: ctx.projectId, key, deletedAt: null, ...(id === null ? {} : { id: { not: id } }) };
  const select = { id: true, name: true } as const;
  const other =
    kind === "trigger"
      ? await tx.triggerConfiguration.findFirst({ where, select })
      : await tx.actionConfiguration.findFirst({ where, select });
  if (!other) return;
  const message =
    `The ${kind} "${other.name}" (${other.id}) has the key ${key} already. ` +
    `Use another key, or change that ${kind}.`;
  throw new AppError("CONFLICT", message, { fields: { key: message } });
}
