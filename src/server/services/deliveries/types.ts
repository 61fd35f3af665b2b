import type { ReadConfiguration } from "@/domain/action/read-configuration";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";

/** An action of a project: what a wake, a run, a breaker and slots belong to. */
export type ActionKey = { projectId: string; actionId: string };

/** An action as the deliveries of one claim use it. */
export type LoadedAction = ActionKey & {
  configuration: ReadConfiguration;
  version: number;
  isDemo: boolean;
  /** why nothing of it is sent, whatever its endpoint says; null where it may */
  stopped: "off or deleted" | "paused" | null;
  /** signing secrets, the newest first; null where one cannot be decrypted */
  secrets: string[] | null;
  /** decrypts each value once for all attempts of the claim */
  decrypt: (ciphertext: string) => string;
};

/** An execution that this process has taken for one attempt. */
export type ClaimedExecution = {
  id: string;
  projectId: string;
  triggerId: string;
  actionId: string;
  attemptId: string;
  /** the attempt's number */
  number: number;
  /** attempts of the current schedule that spend its budget, this one included */
  attemptsSpent: number;
  /** one for all executions of a claim: it fences late results and names the slots */
  leaseToken: string;
  /** what is sent; before the first attempt of an action with a template, the envelope that the body is made of */
  input: string;
  /** whether the bytes are settled */
  isFrozen: boolean;
  depth: number;
};

/** A request ready to send, or the reason why there is none. */
export type PreparedRequest =
  | {
      ok: true;
      url: string;
      method: "POST" | "PUT" | "PATCH";
      /** as it is sent: the frozen one with secrets in their places */
      body: string;
      headers: Record<string, string>;
      timeouts: { connectMs: number; headersMs: number; totalMs: number };
      storeResponse: boolean;
      /** method, URL and headers for the history, secrets masked */
      shown: Record<string, unknown>;
      /** what must not be kept of an answer that repeats it */
      secrets: string[];
    }
  | { ok: false; outcome: AttemptOutcome; message: string };

/** What came back of one attempt. */
export type AttemptResult = {
  claimed: ClaimedExecution;
  /** what the history keeps of the request: never a secret */
  request: Record<string, unknown>;
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  response: { status: number; headers: HeaderList; body: string | null; truncated: boolean } | null;
};
