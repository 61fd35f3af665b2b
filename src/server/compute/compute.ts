import type { RenderResult } from "@/domain/action/webhook/template/template";
import { compileRegex, EVENT_LOOP_REGEX_STEPS_MAX, type RegexResultLookup } from "@/domain/filter/regex";
import type { Logger } from "@/server/log";
import { createTimeBudgetLedger, type TimeBudget } from "./time-budget";
import { RegexOverBudgetError, RegexResults } from "./regex-results";
import { makePauseBetweenSlices } from "./time-slices";
import type { ThreadAnswer, FilterAnswerForState, ThreadTask } from "./thread-tasks";
import { createThreadQueue, defaultThreadLimits, type ThreadLimits } from "./thread-queue";

/**
 * The project that a computation is for, and its purpose. Each purpose has its own time budget, so that a preview never
 * delays an event.
 */
export type ComputeOwner = { projectId: string; purpose: "events" | "deliveries" | "people" | "jobs" };

type RenderRequest = {
  /** The action whose template is rendered. Its id is the key of the template's time budget. */
  actionId: string;
  template: string;
  /** The events as JSON text, in the form of `buildEnvelopeText`. */
  envelopes: readonly string[];
};
/** The rendered body, or its error. `later`: no time budget is left or the queue is long; the caller may try again. */
export type RenderOutcome = RenderResult | "later";

type FilterRequest = {
  eventSource: string;
  filter: unknown;
  states: readonly string[];
  explain?: boolean;
  /** Whether to compute how far each state is from a match. */
  measure?: boolean;
};
/** The result of a filter for one state, with the ids of the state's trace and session. */
export type FilterResultOfState = Extract<FilterAnswerForState, { overTime: null }>;
/**
 * Evaluates a stored filter over one state. While the result is still missing, it returns a placeholder that matches.
 * @throws Error if the filter cannot be evaluated
 */
export type EvaluateFilter = (filter: unknown, state: string) => FilterResultOfState;

/**
 * Runs computations that would block the event loop in worker threads: slow regular expressions, templates, and filters
 * over many states. Each project has a time budget for each purpose. One thread serves events and deliveries. Another
 * thread, of lower priority, serves people and jobs.
 */
export type ComputeThreads = {
  /**
   * Evaluates regular expressions in advance, so that a synchronous evaluation can look up their results. `ask` runs
   * that evaluation with a given `lookup`. It is called again until no result is missing, so it must change nothing.
   * Costly searches run in a thread, cheap ones on the event loop in slices of time.
   */
  evaluateRegexes(owner: ComputeOwner, ask: (lookup: RegexResultLookup) => void): Promise<RegexResults>;
  /** Renders a template for several events. The outcomes have the order of the events. It never throws. */
  render(owner: ComputeOwner, request: RenderRequest): Promise<RenderOutcome[]>;
  /**
   * Evaluates a filter over states, in their order.
   * @throws RegexOverBudgetError if a regular expression or the project has no time budget left; Error if the filter
   * cannot be evaluated; the signal's reason if it aborts
   */
  filter(owner: ComputeOwner, request: FilterRequest, signal?: AbortSignal): AsyncGenerator<FilterResultOfState, void>;
  /**
   * Runs a function that needs results of filters. The function is called again until no result is missing, so it must
   * change nothing.
   */
  withFilters<T>(
    owner: ComputeOwner,
    input: { eventSource: string; signal?: AbortSignal },
    run: (look: EvaluateFilter) => T,
  ): Promise<T>;
  close(): Promise<void>;
};

export type ComputeBudgets = {
  /**
   * The time budget of one regular expression, template or filter in a project. A person can simplify the one that
   * exceeds it.
   */
  subject: TimeBudget;
  /** The time budget of one purpose (such as events) in a project. */
  project: TimeBudget;
  /** The longest wait of a task for its turn, in ms. A task that waits longer is refused. */
  waitMs: number;
};

/**
 * The most regular-expression steps that one call of `ask` takes itself, about 20 ms at worst. Further expressions are
 * evaluated in advance, in slices of time.
 */
const HERE_STEPS = 600_000;

const defaults: ComputeBudgets = {
  subject: { atOnceMs: 2_000, aSecondMs: 250 },
  project: { atOnceMs: 4_000, aSecondMs: 500 },
  waitMs: 3_000,
};

type Options = {
  budgets?: ComputeBudgets;
  limits?: Partial<ThreadLimits>;
  /** The time in ms of a clock that never goes back. */
  now?: () => number;
};

export function createComputeThreads(log: Logger, options: Options = {}): ComputeThreads {
  const { budgets = defaults, now = () => performance.now() } = options;
  const limits = { ...defaultThreadLimits, ...options.limits };
  const script = "src/server/compute/worker.mjs";
  const live = createThreadQueue<ThreadTask>("compute-live", log, { script, limits });
  const background = createThreadQueue<ThreadTask>("compute-background", log, { script, limits, niceness: 10 });
  const ledger = createTimeBudgetLedger(now);

  /**
   * Runs a task in a thread when its project has a turn and time budgets are left. The task's time is then subtracted
   * from these budgets.
   */
  const run = async <T extends ThreadTask>(
    owner: ComputeOwner,
    { subject, task, signal }: { subject: string; task: T; signal?: AbortSignal | undefined },
  ) => {
    const project = `${owner.projectId}/${owner.purpose}`;
    const own = `${project}/${subject}`;
    const mayBegin = (waitedMs: number): boolean =>
      signal?.aborted !== true &&
      waitedMs <= budgets.waitMs &&
      ledger.hasRoom(own, budgets.subject) &&
      ledger.hasRoom(project, budgets.project);
    const queue = owner.purpose === "events" || owner.purpose === "deliveries" ? live : background;
    const ended = await queue.run<ThreadAnswer<T>>(owner.projectId, task, mayBegin);
    if (ended.kind !== "refused") {
      ledger.spend(own, budgets.subject, ended.tookMs);
      ledger.spend(project, budgets.project, ended.tookMs);
    }
    return ended;
  };

  const evaluateRegexes: ComputeThreads["evaluateRegexes"] = async (owner, ask) => {
    const results = new RegexResults();
    for (;;) {
      const missing: { source: string; text: string }[] = [];
      let stepsHere = 0;
      ask({
        answer(source, text, steps) {
          const known = results.get(source, text);
          if (known !== undefined) return known ?? false;
          if (steps !== null && steps <= EVENT_LOOP_REGEX_STEPS_MAX && (stepsHere += steps) <= HERE_STEPS)
            return undefined;
          missing.push({ source, text });
          // The stored null keeps other conditions from asking for the same expression and text again.
          results.set(source, text, null);
          return false;
        },
      });
      if (missing.length === 0) return results;
      const inThread: Promise<void>[] = [];
      const breathe = makePauseBetweenSlices();
      for (const { source, text } of missing) {
        const { pattern } = compileRegex(source);
        if (pattern && pattern.cost * text.length <= EVENT_LOOP_REGEX_STEPS_MAX)
          results.set(source, text, pattern.test(text));
        else if (pattern)
          inThread.push(
            run(owner, { subject: source, task: { kind: "regex", source, text } }).then((ended) =>
              results.set(source, text, ended.kind === "answered" ? ended.answer : null),
            ),
          );
        await breathe();
      }
      await Promise.all(inThread);
    }
  };

  const render: ComputeThreads["render"] = async (owner, { actionId, template, envelopes }) => {
    const made: RenderOutcome[] = [];
    while (made.length < envelopes.length) {
      const rest = envelopes.slice(made.length);
      const ended = await run(owner, { subject: actionId, task: { kind: "render", template, envelopes: rest } });
      if (ended.kind === "answered") made.push(...ended.answer);
      else if (ended.kind === "refused") made.push(...rest.map(() => "later" as const));
      else made.push({ ok: false, line: 1, reason: ended.message });
    }
    return made;
  };

  async function* filter(
    owner: ComputeOwner,
    { eventSource, filter: json, states, explain = false, measure = false }: FilterRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<FilterResultOfState, void> {
    const subject = JSON.stringify(json);
    for (let done = 0; done < states.length;) {
      const rest = states.slice(done);
      const task = { kind: "filter", eventSource, filter: json, states: rest, explain, measure } as const;
      const ended = await run<ThreadTask & { kind: "filter" }>(owner, { subject, task, signal });
      signal?.throwIfAborted();
      if (ended.kind === "refused" || ended.kind === "stopped") throw new RegexOverBudgetError(null);
      if (ended.kind === "failed") throw new Error(ended.message);
      for (const answer of ended.answer) {
        if (answer.overTime !== null) throw new RegexOverBudgetError(answer.overTime);
        yield answer;
      }
      done += ended.answer.length;
    }
  }

  const withFilters: ComputeThreads["withFilters"] = async (owner, { eventSource, signal }, runWith) => {
    const known = new Map<string, FilterResultOfState | Error>();
    for (;;) {
      const missing = new Map<string, { filter: unknown; states: Map<string, string> }>();
      const value = runWith((json, state) => {
        const group = JSON.stringify(json);
        const key = `${group}\n${state}`;
        const result = known.get(key);
        if (result instanceof Error) throw result;
        if (!result) {
          const { states } = missing.get(group) ?? { states: new Map<string, string>() };
          missing.set(group, { filter: json, states: states.set(key, state) });
        }
        return result ?? pending;
      });
      if (missing.size === 0) return value;
      for (const { filter: json, states } of missing.values()) {
        const keys = [...states.keys()].values();
        const request = { eventSource, filter: json, states: [...states.values()], explain: true };
        try {
          for await (const result of filter(owner, request, signal)) known.set(keys.next().value!, result);
        } catch (error) {
          signal?.throwIfAborted();
          for (const key of keys) known.set(key, error as Error);
        }
      }
    }
  };

  return {
    evaluateRegexes,
    render,
    filter,
    withFilters,
    close: async () => void (await Promise.all([live.close(), background.close()])),
  };
}

const pending: FilterResultOfState = {
  overTime: null,
  result: { matched: true, firstFailure: null, conditions: [] },
  links: { traceId: null, sessionId: null },
  distance: null,
};
