import type { TriggerInput } from "@/domain/trigger";
import type { Prisma } from "@/generated/prisma/client";

export const makeTriggerColumns = ({ actionIds: _actionIds, key, filter, ...rest }: TriggerInput) => ({
  ...rest,
  ...(key === undefined ? {} : { key }),
  filter: filter as unknown as Prisma.InputJsonObject,
});
export const makeTriggerActionRows = (actionIds: readonly string[]) =>
  actionIds.map((actionId, position) => ({ actionId, position }));
