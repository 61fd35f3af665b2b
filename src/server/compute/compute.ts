import type { Rendered } from "@/domain/action/webhook/template/template";
import { compileRegex, LONG_STEPS, type RegexLookup } from "@/domain/filter/regex";
import type { Logger } from "@/server/log";
import { createLedger, type Budget } from "./budget";
import { OverBudget, RegexResults } from "./regex-results";
import { inSlices } from "./slices";
import type { Answer, StateAnswer, Task } from "./tasks";
import { createThreadQueue, defaultThreadLimits, type ThreadLimits } from "./thread-queue";

/** Who has work done. Each purpose of a project has a budget of its own, so that no preview delays an event. */
export type Owner = { projectId: string; purpose: "events" | "deliveries" | "people" | "jobs" };

type RenderRequest = {
  /** whose template it is: its time is counted under this name */
  actionId: string;
  template: string;
  /** events as JSON, see buildEnvelope */
  envelopes: readonly string[];
};
/**
 * `later`: the project or the action has used up its time, or others are before it; it may be asked for again after a
 * while.
 */
export type RenderOutcome = Rendered | "later";

type FilterRequest = { eventSource: string; filter: unknown; states: readonly string[]; explain?: boolean };
/** What a filter found in one state, and what the state is linked to. */
export type StateResult = Extract<StateAnswer, { overTime: null }>;
/** What a filter, as it is stored, finds in one state. @throws Error where the filter cannot be evaluated */
export type FilterLookup = (filter: unknown, state: string) => StateResult;

/**
 * Does what could hold the event loop in worker threads, within a budget of time for each project: regular expressions
 * over long texts, templates, and filters over many states. One thread works for events and deliveries, another for
 * people and jobs.
 */
export type Compute = {
  /**
   * Finds out which regular expressions an evaluation needs that take long, or are not compiled yet, and evaluates
   * them: over long texts in a thread, others here, in slices of time. `ask` is called until nothing is missing, so it
   * changes nothing; it hands on what it is given to `evaluate`, `explain` or `match`.
   */
  evaluateRegexes(owner: Owner, ask: (lookup: RegexLookup) => void): Promise<RegexResults>;
  /** What a template makes of envelopes, in their order. Never throws. */
  render(owner: Owner, request: RenderRequest): Promise<RenderOutcome[]>;
  /**
   * What a filter finds in states, in their order.
   * @throws OverBudget where a regular expression or the project has used up its time; the signal's reason once it is
   * aborted
   */
  filter(owner: Owner, request: FilterRequest, signal?: AbortSignal): AsyncGenerator<StateResult, void>;
  /** Runs a function that needs results of filters, again and again until it has all of them. It changes nothing. */
  withFilters<T>(owner: Owner, eventSource: string, run: (look: FilterLookup) => T, signal?: AbortSignal): Promise<T>;
  close(): Promise<void>;
};

export type ComputeBudgets = {
  /** of one regular expression, template or filter in a project: it is this one that has to be made simpler */
  subject: Budget;
  /** of a project for one purpose */
  project: Budget;
  /** tasks that have not begun by then are not begun */
  waitMs: number;
};

/**
 * Steps of regular expressions that one look at an event may take at once: about 20 ms at the worst. Others wait for
 * slices.
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
  /** ms of a clock that never goes back */
  now?: () => number;
};

export function createCompute(log: Logger, options: Options = {}): Compute {
  const { budgets = defaults, now = () => performance.now() } = options;
  const limits = { ...defaultThreadLimits, ...options.limits };
  const script = "src/server/compute/worker.mjs";
  const live = createThreadQueue<Task>("compute-live", log, { script, limits });
  const background = createThreadQueue<Task>("compute-background", log, { script, limits });
  const ledger = createLedger(now);

  /** Runs a task when its project's turn comes, if there is room in its budgets, and takes from them what it took. */
  const run = async <T extends Task>(owner: Owner, subject: string, task: T, signal?: AbortSignal) => {
    const project = `${owner.projectId}/${owner.purpose}`;
    const own = `${project}/${subject}`;
    const mayBegin = (waitedMs: number): boolean =>
      signal?.aborted !== true &&
      waitedMs <= budgets.waitMs &&
      ledger.hasRoom(own, budgets.subject) &&
      ledger.hasRoom(project, budgets.project);
    const queue = owner.purpose === "events" || owner.purpose === "deliveries" ? live : background;
    const ended = await queue.run<Answer<T>>(owner.projectId, task, mayBegin);
    if (ended.kind !== "refused") {
      ledger.spend(own, budgets.subject, ended.tookMs);
      ledger.spend(project, budgets.project, ended.tookMs);
    }
    return ended;
  };

  const evaluateRegexes: Compute["evaluateRegexes"] = async (owner, ask) => {
    const results = new RegexResults();
    for (;;) {
      const missing: { source: string; text: string }[] = [];
      let stepsHere = 0;
      ask({
        answer(source, text, steps) {
          const known = results.get(source, text);
          if (known !== undefined) return known ?? false;
          if (steps !== null && steps <= LONG_STEPS && (stepsHere += steps) <= HERE_STEPS) return undefined;
          missing.push({ source, text });
          // Once is enough, however many ask it.
          results.set(source, text, null);
          return false;
        },
      });
      if (missing.length === 0) return results;
      const inThread: Promise<void>[] = [];
      const breathe = inSlices();
      for (const { source, text } of missing) {
        const { pattern } = compileRegex(source);
        if (pattern && pattern.cost * text.length <= LONG_STEPS) results.set(source, text, pattern.test(text));
        else if (pattern)
          inThread.push(
            run(owner, source, { kind: "regex", source, text }).then((ended) =>
              results.set(source, text, ended.kind === "answered" ? ended.answer : null),
            ),
          );
        await breathe();
      }
      await Promise.all(inThread);
    }
  };

  const render: Compute["render"] = async (owner, { actionId, template, envelopes }) => {
    const made: RenderOutcome[] = [];
    while (made.length < envelopes.length) {
      const rest = envelopes.slice(made.length);
      const ended = await run(owner, actionId, { kind: "render", template, envelopes: rest });
      if (ended.kind === "answered") made.push(...ended.answer);
      else if (ended.kind === "refused") made.push(...rest.map(() => "later" as const));
      else made.push({ ok: false, line: 1, reason: ended.message });
    }
    return made;
  };

  async function* filter(
    owner: Owner,
    { eventSource, filter: json, states, explain = false }: FilterRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<StateResult, void> {
    const subject = JSON.stringify(json);
    for (let done = 0; done < states.length;) {
      const task = { kind: "filter", eventSource, filter: json, states: states.slice(done), explain } as const;
      const ended = await run<Task & { kind: "filter" }>(owner, subject, task, signal);
      signal?.throwIfAborted();
      if (ended.kind === "refused" || ended.kind === "stopped") throw new OverBudget(null);
      if (ended.kind === "failed") throw new Error(ended.message);
      for (const answer of ended.answer) {
        if (answer.overTime !== null) throw new OverBudget(answer.overTime);
        yield answer;
      }
      done += ended.answer.length;
    }
  }

  const withFilters: Compute["withFilters"] = async (owner, eventSource, runWith, signal) => {
    const known = new Map<string, StateResult | Error>();
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

const pending: StateResult = {
  overTime: null,
  result: { matched: true, firstFailure: null, conditions: [] },
  links: { traceId: null, sessionId: null },
};
