import type { Inngest, InngestFunction } from "inngest";
import { expect } from "vitest";

/**
 * A test of one feature of an Inngest server: the functions that use it, and the notes and calls that these must
 * record.
 */
export type Case = {
  /** A sentence that states the guarantee. */
  title: string;
  /** The reason why the case runs only on a test clock, and on no real server. */
  clockOnly?: string;
  /**
   * True: the engine on a test clock retries by Inngest's table. Default: after 10 s, 20 s, 30 s … A real server always
   * uses the table.
   */
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

/** The system under test: an engine on a test clock, or a server in real time. */
export type Target = {
  /** True: the target has a test clock, and times are compared exactly. */
  exact: boolean;
  /** True: the target calls a function again after each step, and the recorded calls are compared. */
  reentered: boolean;
  /**
   * True: the target's events about ended runs hold the result, so results are compared. Inngest does not promise the
   * form of these events.
   */
  tellsResults: boolean;
  /** How much earlier than expected a note may be recorded, in ms. */
  earlyMaxMs: number;
  /** The target's time, in ms since 1970. */
  now(): number;
  send(events: SentEvent[]): Promise<unknown>;
  /**
   * Waits until `isSo` returns true. A test clock moves on meanwhile.
   * @param what describes in an error what was waited for
   */
  until(isSo: () => boolean, what: () => string): Promise<void>;
  /** Resolves when no work is in progress, so that earlier events have had their effects. */
  rest(): Promise<void>;
  /** Moves the test clock. */
  advance(ms: number): void;
};

/** How much later than expected a note may be recorded on a real server, in ms. */
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

  /** Records the end of a run of `functionId` (without the app's name). */
  end(functionId: string, outcome: Outcome): void {
    this.#outcomes.set(functionId, [...(this.#outcomes.get(functionId) ?? []), outcome]);
  }

  /** Sends events. The times of notes count from the first call. */
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

  /**
   * Waits for runs to end. Compares their status, the message of their error, and their result if the target tells it,
   * in any order.
   */
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
   * Waits for this number of notes. Compares their texts in order, and their times in ms since the first event. On a
   * real server a time may be off by `earlyMaxMs` and `LATE_MAX_MS`.
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

  /** Does the same as `expectNotes`, for notes without an order. */
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

  /** Compares the recorded calls of functions, if the target calls a function again after each step. */
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

/** Makes a function that reports the ends of all runs of the app. */
export function createObserver(
  client: Inngest,
  onEnd: (functionId: string, outcome: Outcome) => void,
): InngestFunction.Any {
  const names = ["finished", "failed", "cancelled"].map((name) => ({ event: `inngest/function.${name}` }));
  return client.createFunction({ id: "observer", retries: 0, triggers: names }, ({ event }) => {
    const { name, data } = event as unknown as SystemEvent;
    if (!data.function_id.startsWith(`${client.id}-`)) return;
    const functionId = data.function_id.slice(client.id.length + 1);
    /*
     * Each end of a run sends "finished". A failed or cancelled run sends a second event, which is the one that counts
     * here.
     */
    if (name.endsWith("finished") && (data.error || /cancelled|failed/i.test(data._inngest?.status ?? ""))) return;
    if (name.endsWith("finished"))
      onEnd(functionId, { status: "completed", result: data.result ?? null, message: null });
    else if (name.endsWith("failed"))
      onEnd(functionId, { status: "failed", result: null, message: data.error?.message ?? null });
    else onEnd(functionId, { status: "cancelled", result: null, message: null });
  });
}
