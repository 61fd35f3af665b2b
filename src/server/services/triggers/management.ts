import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { lockTrigger, type LockedTrigger } from "./lock-trigger";

/**
 * The ownership of a trigger. managed: files of a repository own it. unlocked: files own it, but a person has unlocked
 * it for now.
 */
export type Management = "managed" | "unlocked";

/**
 * Tells whether the caller may only read managed triggers. A person in the browser may; an apply of files calls with a
 * token.
 */
export const isReader = ({ actor }: Pick<ProjectContext, "actor">): boolean => actor.type === "user";

/** Refuses a person's change of a trigger that files manage. @throws AppError CONFLICT */
export function refuseManaged(ctx: ProjectContext, { name, management }: LockedTrigger): void {
  if (management !== "managed" || !isReader(ctx)) return;
  throw new AppError(
    "CONFLICT",
    `Files in a repository manage the trigger "${name}". Change its file and apply it, or unlock the trigger first.`,
    { reason: "managed" },
  );
}

/** Unlocks a managed trigger for changes in the browser. The next apply of its files locks it again. */
export async function unlockTrigger(
  ctx: ProjectContext,
  input: { triggerId: string },
): Promise<{ id: string; management: Management | null }> {
  requirePermission(ctx, "trigger:write");
  const management = await ctx.db.$transaction(async (tx) => {
    const { id, name, management: before } = await lockTrigger(ctx, tx, { triggerId: input.triggerId });
    if (before !== "managed") return before as Management | null;
    await tx.triggerConfiguration.update({ where: { id }, data: { management: "unlocked" }, select: { id: true } });
    const summary = `Unlocked the trigger "${name}", which files manage.`;
    await audit(ctx, tx, { action: "trigger.unlock", targetId: id, summary });
    return "unlocked" as const;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id: input.triggerId, management };
}
