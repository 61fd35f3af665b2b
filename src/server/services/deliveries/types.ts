import type { ActionMessage, ParsedConfiguration } from "@/domain/action/action-type";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";
import type { ActionRef } from "../action-ref";
import type { TransportSender, SendingProject, MessageRecord } from "./senders/sender";

/** An action, loaded for the deliveries of one claim. */
export type ActionForDelivery = ActionRef & {
  configuration: ParsedConfiguration;
  version: number;
  isDemo: boolean;
  /** the reason why the action sends nothing, whatever its endpoint's state; null if it may send */
  stopped: "off or deleted" | "paused" | null;
  /** signing secrets, the newest first; null if one cannot be decrypted */
  secrets: string[] | null;
  /** decrypts a value; each value is decrypted once for all attempts of the claim */
  decrypt: (ciphertext: string) => string;
};

/** An execution that this process has claimed for one attempt. */
export type ClaimedExecution = {
  id: string;
  projectId: string;
  triggerId: string;
  actionId: string;
  attemptId: string;
  /** the number of the attempt, from 1 */
  number: number;
  /** the attempts of the current schedule that count for the retry policy, including this one */
  attemptsSpent: number;
  /** the token of the claim: it refuses late results, and the slots are stored under it */
  leaseToken: string;
  /** the body; for a template before its first attempt, the envelope */
  input: string;
  /** whether the body is frozen */
  isFrozen: boolean;
  depth: number;
  /** the span that created the execution; null without tracing */
  traceparent: string | null;
};

/** A message that is ready to send, or the reason why there is none. */
export type PreparedMessage =
  | {
      ok: true;
      message: ActionMessage;
      sender: TransportSender;
      from: SendingProject;
      /** the message for the history, without secrets */
      shown: MessageRecord & { actionVersion: number };
    }
  | { ok: false; outcome: AttemptOutcome; problem: string };

/** The result of one attempt. */
export type AttemptResult = {
  claimed: ClaimedExecution;
  /** the message for the history, without secrets */
  request: Record<string, unknown>;
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  response: { status: number; headers: HeaderList; body: string | null; truncated: boolean } | null;
};
