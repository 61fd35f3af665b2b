import type { ReadConfiguration } from "@/domain/action/read-configuration";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";
import type { ActionKey } from "../action-key";

/** An action, loaded for the deliveries of one claim. */
export type LoadedAction = ActionKey & {
  configuration: ReadConfiguration;
  version: number;
  isDemo: boolean;
  /** why the action sends nothing, whatever its endpoint's state; null if it may send */
  stopped: "off or deleted" | "paused" | null;
  /** signing secrets, newest first; null if one cannot be decrypted */
  secrets: string[] | null;
  /** decrypts each value once for all attempts of the claim */
  decrypt: (ciphertext: string) => string;
};

/** An execution that this process has claimed for one attempt. */
export type ClaimedExecution = {
  id: string;
  projectId: string;
  triggerId: string;
  actionId: string;
  attemptId: string;
  /** number of the attempt, from 1 */
  number: number;
  /** attempts of the current schedule that spend its budget, including this one */
  attemptsSpent: number;
  /** token of the claim: it fences late results and names the slots */
  leaseToken: string;
  /** the body; before the first attempt of a template, the envelope */
  input: string;
  /** whether the body is frozen */
  isFrozen: boolean;
  depth: number;
  /** the span that made the execution; null without tracing */
  traceparent: string | null;
};

/** A request ready to send, or the reason why there is none. */
export type PreparedRequest =
  | {
      ok: true;
      url: string;
      method: "POST" | "PUT" | "PATCH";
      /** the frozen body with its secrets filled in */
      body: string;
      headers: Record<string, string>;
      timeouts: { connectMs: number; headersMs: number; totalMs: number };
      storeResponse: boolean;
      /** method, URL and headers for the history, secrets masked */
      shown: Record<string, unknown>;
      /** secret values to mask in an answer that repeats the request */
      secrets: string[];
    }
  | { ok: false; outcome: AttemptOutcome; message: string };

/** The result of one attempt. */
export type AttemptResult = {
  claimed: ClaimedExecution;
  /** the request for the history: never a secret */
  request: Record<string, unknown>;
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  response: { status: number; headers: HeaderList; body: string | null; truncated: boolean } | null;
};
