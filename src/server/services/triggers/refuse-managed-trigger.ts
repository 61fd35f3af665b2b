import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { LockedTriggerRow } from "./lock-trigger-row";

/**
 * How files own a trigger. `managed`: files of a repository own the trigger, and people only read it in the browser.
 * `unlocked`: files own the trigger, but a person has unlocked it until the next apply.
 */
export type TriggerManagement = "managed" | "unlocked";

/**
 * Tells whether the actor may only read managed triggers. That is so for a person in the browser. An API token may
 * change them, because an apply of files uses one.
 */
export const mayOnlyReadManagedTriggers = ({ actor }: Pick<ProjectContext, "actor">): boolean => actor.type === "user";

/**
 * Throws if a person in the browser wants to change a trigger that files manage.
 * @throws AppError CONFLICT with the reason `managed`
 */
export function refuseManagedTrigger(ctx: ProjectContext, { name, management }: LockedTriggerRow): void {
  if (management !== "managed" || !mayOnlyReadManagedTriggers(ctx)) return;
  throw new AppError(
    "CONFLICT",
    `Files in a repository manage the trigger "${name}". Change its file and apply it, or unlock the trigger first.`,
    { reason: "managed" },
  );
}
