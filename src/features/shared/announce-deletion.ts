import { toast } from "@/components/ui/toast";
import { formatCappedCount, formatCountWithNoun } from "@/lib/format";

/** How long the message after a deletion offers Undo, in ms. */
const UNDO_MS = 10_000;

/**
 * Shows that a trigger or an action was deleted, with the button "Undo". It names the number of executions that are
 * being cancelled, if there are any.
 */
export function announceDeletion(name: string, cancelled: number, undo: () => void): void {
  toast.success(`${name} was deleted`, {
    description:
      cancelled > 0
        ? `${formatCountWithNoun(cancelled, "waiting execution is", "waiting executions are")} being cancelled.`
        : undefined,
    timeoutMs: UNDO_MS,
    action: { label: "Undo", onClick: undo },
  });
}

/**
 * Says how many executions the deletion of their trigger or action will cancel.
 * @param waiting undefined while the number loads
 */
export function describeCancellation(waiting: number | undefined): string {
  if (waiting === undefined) return "Executions of it that still wait are cancelled.";
  if (waiting === 0) return "No execution of it is waiting, so none is cancelled.";
  return waiting === 1
    ? "1 waiting execution of it is cancelled."
    : `${formatCappedCount(waiting)} waiting executions of it are cancelled.`;
}
