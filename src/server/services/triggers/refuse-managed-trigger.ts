import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { LockedTrigger } from "./lock-trigger";

/**
 * The ownership of a trigger. managed: files of a repository own it. unlocked: files own it, but a person has unlocked
 * it for now.
 */
export type TriggerManagement = "managed" | "unlocked";

/**
 * Tells whether the caller may only read managed triggers. A person in the browser may; an apply of files calls with a
 * token.
 */
export const mayOnlyReadManagedTriggers = ({ actor }: Pick<ProjectContext, "actor">): boolean => actor.type === "user";

/** Refuses a person's change of a trigger that files manage. @throws AppError CONFLICT */
export function refuseManagedTrigger(ctx: ProjectContext, { name, management }: LockedTrigger): void {
  if (management !== "managed" || !mayOnlyReadManagedTriggers(ctx)) return;
  throw new AppError(
    "CONFLICT",
    `Files in a repository manage the trigger "${name}". Change its file and apply it, or unlock the trigger first.`,
    { reason: "managed" },
  );
}
