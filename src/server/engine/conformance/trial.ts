import type { Inngest, InngestFunction } from "inngest";
import { expect } from "vitest";

/** A feature of an Inngest server: functions, and the notes and calls that a trial expects of them. */
export type Case = {
  /** A sentence that states the guarantee. */
  title: string;
  /** The reason why the case runs only on the injected clock. */
  clockOnly?: string;
  /** True: retries follow Inngest's table. Default: 10 s, 20 s, 30 s … on the injected clock. */
  retryTable?: true;
  functions(app: CaseApp): InngestFunction.Any[];
  run(trial: Trial): Promise<void>;
};

/** The tools that build a case's functions. Each case has its own function ids and event names. */
export type CaseApp = {
  client: Inngest;
  /** The full name of an event of this case. */
  event(name: string): string;
  /** Records an effect that must happen once: in a step, or at the end of a function. */
  note(text: string): void;
  /** Records a call of the function. The number of calls is compared where the server's way of calling is known. */
  call(text: string): void;
};

export type SentEvent = { name: string; data?: Record<string, unknown>; id?: string; ts?: number };
export type Note = { text: string; at: number; isCall: boolean };
export type Outcome = { status: "completed" | "failed" | "cancelled"; result: unknown; message: string | null };

/** A place to run cases: an engine on the injected clock, or a server. */
export type Target = {
  /** True: the clock is injected, and times are compared exactly. */
  exact: boolean;
  /** True: the server calls a function again after each step, and calls are compared. */
  reentered: boolean;
  /** True: its events hold the run's result. Inngest does not promise their form, so notes serve there. */
  tellsResults: boolean;
  /** A wake may come this many milliseconds early. */
  earlyMaxMs: number;
  /** ms since 1970 */
  now(): number;
  send(events: SentEvent[]): Promise<unknown>;
  /** Waits until `isSo` holds. The time passes meanwhile. */
  until(isSo: () => boolean, what: () => string): Promise<void>;
  /** Resolves when no work is in progress: earlier events have had their effects. */
  rest(): Promise<void>;
  /** Moves the injected clock. */
  advance(ms: number): void;
};

/** A later wake is a failure on a real server. */
const LATE_MAX_MS = 10_000;

/** One run of a case on a target: the records of its functions, and the expectations. */
export class Trial {
  readonly target: Target;
  readonly #prefix: string;
  readonly #notes: Note[] = [];
  readonly #outcomes = new Map<string, Outcome[]>();
  #startedAt: number | null = null;

  constructor(target: Target, prefix: string) {
    this.target = target;
    this.#prefix = prefix;
  }

  app(client: Inngest): CaseApp {
    const record = (text: string, isCall: boolean): void =>
      void this.#notes.push({ text, at: this.target.now() - (this.#startedAt ?? 0), isCall });
    return {
      client,
      event: (name) => this.#prefix + name,
      note: (text) => record(text, false),
      call: (text) => record(text, true),
    };
  }

  /** A run of `functionId`, without the app's name, has ended. */
  end(functionId: string, outcome: Outcome): void {
    this.#outcomes.set(functionId, [...(this.#outcomes.get(functionId) ?? []), outcome]);
  }

  /** Times of notes count from the first event. */
  async send(...events: SentEvent[]): Promise<void> {
    this.#startedAt ??= this.target.now();
    await this.target.send(events.map((event) => ({ ...event, name: this.#prefix + event.name })));
  }

  get now(): number {
    return this.target.now();
  }

  texts(): string[] {
    return this.#notes.filter((note) => !note.isCall).map((note) => note.text);
  }

  times(): number[] {
    return this.#notes.filter((note) => !note.isCall).map((note) => note.at);
  }

  async noted(count: number): Promise<void> {
    await this.target.until(
      () => this.texts().length >= count,
      () => `${count} notes; there are: ${JSON.stringify(this.texts())}`,
    );
  }

  /** Waits for runs to end, and compares them whatever their order: status, result, and an error's message. */
  async expectEnded(functionId: string, ...expected: Partial<Outcome>[]): Promise<void> {
    const outcomes = (): Outcome[] => this.#outcomes.get(functionId) ?? [];
    await this.target.until(
      () => outcomes().length >= expected.length,
      () => `${expected.length} ends of ${functionId}; there are: ${JSON.stringify(outcomes())}`,
    );
    const told = (list: Partial<Outcome>[]) =>
      list
        .map(({ status, message, result }) => ({
          status,
          message: message ?? null,
          ...(this.target.tellsResults ? { result: result ?? null } : {}),
        }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(told(outcomes())).toEqual(told(expected));
  }

  /**
   * Waits for this number of notes and compares all of them: their order, and their times in ms since the first event.
   * On a real server no note comes before its time, nor much later.
   */
  async expectNotes(...expected: [text: string, at: number][]): Promise<void> {
    await this.noted(expected.length);
    await this.target.rest();
    expect(this.texts()).toEqual(expected.map(([text]) => text));
    this.#expectTimes(
      this.times(),
      expected.map(([, at]) => at),
    );
  }

  /** As `expectNotes`, for notes without an order. */
  async expectNotesInAnyOrder(...expected: [text: string, at: number][]): Promise<void> {
    await this.noted(expected.length);
    await this.target.rest();
    const byText = (a: { text: string }, b: { text: string }) => (a.text < b.text ? -1 : 1);
    const notes = this.#notes.filter((note) => !note.isCall).sort(byText);
    const sorted = expected.map(([text, at]) => ({ text, at })).sort(byText);
    expect(notes.map(({ text }) => text)).toEqual(sorted.map(({ text }) => text));
    this.#expectTimes(
      notes.map(({ at }) => at),
      sorted.map(({ at }) => at),
    );
  }

  /** Calls of functions, where the target's way of calling is known. */
  expectCalls(...expected: string[]): void {
    if (!this.target.reentered) return;
    expect(this.#notes.filter((note) => note.isCall).map((note) => note.text)).toEqual(expected);
  }

  #expectTimes(times: number[], expected: number[]): void {
    if (this.target.exact) return expect(times).toEqual(expected);
    for (const [n, at] of times.entries()) {
      expect(at).toBeGreaterThanOrEqual((expected[n] ?? 0) - this.target.earlyMaxMs);
      expect(at).toBeLessThanOrEqual((expected[n] ?? 0) + LATE_MAX_MS);
    }
  }
}

type SystemEvent = {
  name: string;
  data: { function_id: string; result?: unknown; error?: { message: string }; _inngest?: { status?: string } };
};

/** Listens to the ends of all runs of the app. */
export function createObserver(
  client: Inngest,
  onEnd: (functionId: string, outcome: Outcome) => void,
): InngestFunction.Any {
  const names = ["finished", "failed", "cancelled"].map((name) => ({ event: `inngest/function.${name}` }));
  return client.createFunction({ id: "observer", retries: 0, triggers: names }, ({ event }) => {
    const { name, data } = event as unknown as SystemEvent;
    if (!data.function_id.startsWith(`${client.id}-`)) return;
    const functionId = data.function_id.slice(client.id.length + 1);
    // Each end sends "finished". Failed and cancelled runs send an event of their own besides.
    if (name.endsWith("finished") && (data.error || /cancelled|failed/i.test(data._inngest?.status ?? ""))) return;
    if (name.endsWith("finished"))
      onEnd(functionId, { status: "completed", result: data.result ?? null, message: null });
    else if (name.endsWith("failed"))
      onEnd(functionId, { status: "failed", result: null, message: data.error?.message ?? null });
    else onEnd(functionId, { status: "cancelled", result: null, message: null });
  });
}
