import { writeCanonicalJson } from "@/server/platform/canonical-json";
import { makeServeHandlerRequest, type ServeHandler } from "./serve-handler-request";
import { parseRetryAfterMs } from "./retry-delay";
import { DISCOVERY_STEP_ID, type LeasedCall, type RunError } from "../types";

/** An operation in a function's answer, such as a step to run, a completed step or a sleep. */
export type FunctionOperation = {
  id: string;
  op: string;
  name?: string;
  displayName?: string;
  opts?: Record<string, unknown>;
  data?: unknown;
  error?: RunError & { noRetry?: boolean };
};

/** The outcome of one call of a function. `output` is JSON text. The data of `ops` is parsed JSON. */
export type CallResult =
  | { kind: "ops"; ops: FunctionOperation[]; eager: boolean; noRetry: boolean; retryAfterMs: number | null }
  | { kind: "returned"; output: string }
  | { kind: "threw"; error: RunError; noRetry: boolean; retryAfterMs: number | null };

export type ServeHandlerTarget = { handler: ServeHandler; serveUrl: string; signingKey?: string };

/**
 * Calls the function once through its serve handler, inside this process. It never throws: a failure is the result
 * `threw`, which the engine may retry. The call leaves out `ctx.fn_id`, so the SDK answers after each step. With that
 * field, the SDK would send checkpoints to an API that this engine lacks.
 */
export async function callFunction(
  target: ServeHandlerTarget,
  call: LeasedCall,
  attemptsMax: number,
): Promise<CallResult> {
  try {
    const url = new URL(target.serveUrl);
    url.searchParams.set("fnId", call.functionId);
    url.searchParams.set("stepId", call.stepId);
    const { body, canonicalBody } = callBody(call, attemptsMax);
    const signature = target.signingKey === undefined ? null : { signingKey: target.signingKey, canonicalBody };
    const request = makeServeHandlerRequest("POST", url, {
      body,
      signature,
      headers: {
        "x-run-id": call.runId,
        "x-inngest-server-kind": "cloud",
      },
    });
    return await readResponse(await target.handler.POST(request, {}));
  } catch (error) {
    return failure(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * Makes the request body of a call, with the events' JSON as their senders wrote it. `canonicalBody` makes its JCS form
 * for the signature.
 */
function callBody(call: LeasedCall, attemptsMax: number): { body: string; canonicalBody: () => string } {
  const [first] = call.events;
  if (!first) throw new Error(`Run ${call.runId} has no event`);
  const ctx = writeCanonicalJson({
    run_id: call.runId,
    step_id: call.stepId,
    attempt: call.attempt,
    max_attempts: attemptsMax,
    disable_immediate_execution: call.stepId !== DISCOVERY_STEP_ID || call.forcePlan,
    use_api: false,
    stack: { stack: call.steps.map((step) => step.id), current: call.steps.length },
  });
  const steps = call.steps.map((step) => `"${step.id}":${step.memo}`).join(",");
  const canonicalSteps = () =>
    [...call.steps]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((step) => `"${step.id}":${(step.canonical ??= writeCanonicalJson(JSON.parse(step.memo)))}`)
      .join(",");
  const assemble = (event: string, events: string[], memos: string) =>
    `{"ctx":${ctx},"event":${event},"events":[${events.join(",")}],"steps":{${memos}},"use_api":false,"version":-1}`;
  return {
    body: assemble(
      first.json,
      call.events.map((event) => event.json),
      steps,
    ),
    canonicalBody: () =>
      assemble(
        first.canonical,
        call.events.map((event) => event.canonical),
        canonicalSteps(),
      ),
  };
}

async function readResponse(response: Response): Promise<CallResult> {
  const { status, headers } = response;
  const text = await response.text();
  if (!headers.has("x-inngest-sdk")) {
    return failure(new Error(`The serve handler answered ${status}, not as the Inngest SDK: ${text.slice(0, 200)}`));
  }
  const noRetry = headers.get("x-inngest-no-retry") === "true";
  const wait = parseRetryAfterMs(headers.get("retry-after"), Date.now());
  if (status === 200) return { kind: "returned", output: text || "null" };
  if (status === 206) {
    const eager = headers.get("x-inngest-req-version") === "1";
    return { kind: "ops", ops: JSON.parse(text) as FunctionOperation[], eager, noRetry, retryAfterMs: wait };
  }
  return { kind: "threw", error: readError(text, status), noRetry, retryAfterMs: wait };
}

function readError(text: string, status: number): RunError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const { name, message, error, stack, cause } = (value ?? {}) as Record<string, unknown>;
  return {
    name: String(name ?? "Error"),
    message: String(message ?? error ?? `The function answered ${status}`),
    ...(stack ? { stack: String(stack) } : {}),
    ...(cause !== undefined && cause !== null ? { cause } : {}),
  };
}

function failure(error: Error): CallResult {
  const { name, message, stack } = error;
  return { kind: "threw", error: { name, message, stack }, noRetry: false, retryAfterMs: null };
}
