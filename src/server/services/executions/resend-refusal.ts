import { type ExecutionStatus, findStatusAfterMove } from "@/domain/execution";

/** Returns a sentence on why an execution cannot be sent again; null if it can. */
export function describeResendRefusal(row: {
  status: ExecutionStatus;
  hasInput: boolean;
  actionDeleted: boolean;
  actionOff: boolean;
}): string | null {
  if (!findStatusAfterMove(row.status, "resend")) return "It has not finished yet.";
  if (!row.hasInput) return "Its body was removed, so there is nothing to send.";
  if (row.actionDeleted) return "Its action was deleted.";
  if (row.actionOff) return "Its action is off: switch it on first.";
  return null;
}
