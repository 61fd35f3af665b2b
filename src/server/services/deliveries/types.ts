import type { ActionMessage, ParsedConfiguration } from "@/domain/action/action-type";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";
import type { ActionRef } from "../action-ref";
import type { TransportSender, SendingProject, MessageDescription } from "./senders/sender";

/** An action as it was loaded for the deliveries of one claim. */
export type ActionForDelivery = ActionRef & {
  configuration: ParsedConfiguration;
  version: number;
  isDemo: boolean;
  /** why the action must not send anything now; null if it may send */
  stopped: "off or deleted" | "paused" | null;
  /** the signing secrets in clear text, newest first; null if one of them cannot be decrypted */
  secrets: string[] | null;
  /** decrypts a secret of the configuration; it remembers each result, so that many attempts decrypt a secret once */
  decrypt: (ciphertext: string) => string;
};

/** An execution that a delivery run has claimed, so that only this run sends its next attempt. */
export type ClaimedExecution = {
  id: string;
  projectId: string;
  triggerId: string;
  actionId: string;
  attemptId: string;
  /** the number of the attempt among all attempts of the execution, from 1 */
  number: number;
  /** the number of attempts that count for the retry policy, this one included; a resend begins again at 1 */
  attemptsSpent: number;
  /** the lease token of the claim; a result counts only while the execution still has this token */
  leaseToken: string;
  /** the request body; if a template must still be rendered, the envelope from which it is rendered */
  input: string;
  /** whether `input` is the final body, which every later attempt sends unchanged */
  isFrozen: boolean;
  depth: number;
  /** the W3C traceparent of the span that created the execution; null without tracing */
  traceparent: string | null;
};

/** A message that is ready to send, or the problem why none could be made. */
export type PreparedMessageOrProblem =
  | {
      ok: true;
      message: ActionMessage;
      sender: TransportSender;
      from: SendingProject;
      /** what the execution's history shows of the message: its target and headers, without secrets */
      shown: MessageDescription & { actionVersion: number };
    }
  | { ok: false; outcome: AttemptOutcome; problem: string };

/** The result of one attempt, to be recorded. */
export type AttemptResult = {
  claimed: ClaimedExecution;
  /**
   * what the execution's history shows of the message: its target and headers, without secrets; or the problem why no
   * message could be made
   */
  request: Record<string, unknown>;
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  response: { status: number; headers: HeaderList; body: string | null; truncated: boolean } | null;
};
