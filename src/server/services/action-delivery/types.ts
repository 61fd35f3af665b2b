import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";

/** An execution and the life of it that a run was started for. */
export type Claim = { executionId: string; generation: number };

/** What a claimed execution needs to be sent. */
export type ClaimedExecution = {
  id: string;
  projectId: string;
  triggerId: string;
  actionId: string;
  generation: number;
  attemptId: string;
  /** the attempt's number */
  number: number;
  /** attempts of the current schedule that spend its budget, this one included */
  attemptsSpent: number;
  leaseToken: string;
  /** whose slots it holds: the lease token of the first of its group */
  slotToken: string;
  actionType: string;
  configuration: unknown;
  actionVersion: number;
  isDemo: boolean;
  /** what is sent; where no body could be made, the envelope it was to be made of */
  body: string;
  depth: number;
  /** signing secrets, the newest first; null where one cannot be decrypted */
  secrets: string[] | null;
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
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  response: { status: number; headers: HeaderList; body: string | null; truncated: boolean } | null;
};

/** What the run that made the attempt has to do next: nothing, or come again. */
export type Verdict =
  | { executionId: string; generation: number; result: "finished" }
  | { executionId: string; generation: number; result: "again"; at: string };
