import { renderTemplate } from "../../domain/action/webhook/template/template";
import { getEventSource } from "../../domain/event-source/registry";
import { compileFilter, type CompiledFilter, type FilterDistance } from "../../domain/filter/compile-filter";
import { testRegex, type RegexResultLookup } from "../../domain/filter/regex";
import { Filter } from "../../domain/filter/schema";
import { parseJson } from "../../domain/json/read-json";
import type { EventSource } from "../../domain/event-source/event-source";
import { answerThreadTasks } from "./answer-thread-tasks";
import type { FilterAnswerForState, ThreadTask } from "./thread-tasks";

/** The time for all regular expressions over one state, in ms. The last expression may exceed it. */
const STATE_REGEX_MS = 1_000;
/** The time for all regular expressions over one state while its distance from a match is measured, in ms. */
const MEASURE_REGEX_MS = 20;
const FILTERS_MAX = 100;

answerThreadTasks(run);

function run(task: ThreadTask, until: number): unknown {
  switch (task.kind) {
    case "regex":
      return testRegex(task.source, task.text);
    case "render":
      return within(task.envelopes, until, (envelope) => renderTemplate(task.template, envelope));
    case "filter":
      return filterStates(task, until);
    default:
      return task satisfies never;
  }
}

const filters = new Map<string, { source: EventSource; filter: CompiledFilter }>();

function filterStates(task: ThreadTask & { kind: "filter" }, until: number): FilterAnswerForState[] {
  const { source, filter } = filterOf(task);
  return within(task.states, until, (state): FilterAnswerForState => {
    const payload = parseJson(state);
    const inTime = withinTime();
    try {
      const result = task.explain ? filter.explain(payload, inTime) : filter.evaluate(payload, inTime);
      // `firstFailure` is a getter, which cannot be sent between threads. So it is read here.
      const { matched, firstFailure, conditions } = result;
      const distance = task.measure ? measureInTime(filter, payload) : null;
      return { overTime: null, result: { matched, firstFailure, conditions }, links: source.links(payload), distance };
    } catch (error) {
      if (error instanceof OverTime) return { overTime: error.source };
      throw error;
    }
  });
}

function filterOf({ eventSource, filter: json }: ThreadTask & { kind: "filter" }): {
  source: EventSource;
  filter: CompiledFilter;
} {
  const key = JSON.stringify([eventSource, json]);
  const known = filters.get(key);
  if (known) return known;
  const source = getEventSource(eventSource);
  if (!source) throw new Error(`The event source ${eventSource} is not registered.`);
  const made = { source, filter: compileFilter(source, Filter.parse(json)) };
  if (filters.size >= FILTERS_MAX) filters.delete(filters.keys().next().value!);
  filters.set(key, made);
  return made;
}

class OverTime extends Error {
  constructor(readonly source: string) {
    super("took too long");
  }
}

function measureInTime(filter: CompiledFilter, payload: unknown): FilterDistance | null {
  try {
    return filter.measure(payload, withinTime(MEASURE_REGEX_MS));
  } catch (error) {
    if (error instanceof OverTime) return null;
    throw error;
  }
}

function withinTime(ms = STATE_REGEX_MS): RegexResultLookup {
  const until = performance.now() + ms;
  return {
    answer(source) {
      if (performance.now() > until) throw new OverTime(source);
      return undefined;
    },
  };
}

/** Answers items in order until the turn's time ends, and at least the first one. */
function within<T, R>(items: readonly T[], until: number, answer: (item: T) => R): R[] {
  const answers: R[] = [];
  for (const item of items) {
    answers.push(answer(item));
    if (performance.now() > until) break;
  }
  return answers;
}
