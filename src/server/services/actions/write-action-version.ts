import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { writeConfigurationVersion } from "../versions/write-configuration-version";

/**
 * Stores a copy of the action's current configuration as a version in its history. The copy has no signing secrets and
 * no secret headers. Its URL is encrypted. An unreadable configuration is left out.
 */
export async function writeActionVersion(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { actionId, summary }: { actionId: string; summary: string },
): Promise<void> {
  const row = await tx.actionConfiguration.findUniqueOrThrow({
    where: { id: actionId },
    select: { name: true, type: true, configuration: true, version: true, disabledAt: true },
  });
  const read = readStoredConfiguration(row.type, row.configuration);
  const snapshot = {
    name: row.name,
    type: row.type,
    configuration: read.problem === null ? read.configuration.keep() : null,
    enabled: row.disabledAt === null,
  };
  await writeConfigurationVersion(ctx, tx, {
    kind: "action",
    targetId: actionId,
    version: row.version,
    snapshot,
    summary,
  });
}
