import type { PlannedExecution } from "./types";

/**
 * Finds executions of a batch by trigger, action and source id, and the triggers that have an execution for a source
 * id.
 */
export class BatchExecutionLookup {
  readonly #byKey = new Map<string, PlannedExecution>();
  readonly #triggers = new Map<string, Set<string>>();

  constructor(executions: readonly PlannedExecution[]) {
    for (const execution of executions) this.add(execution);
  }

  add(execution: PlannedExecution): void {
    const { triggerId, actionId, sourceId } = execution;
    this.#byKey.set(`${triggerId}\n${actionId}\n${sourceId}`, execution);
    this.#triggers.set(sourceId, (this.#triggers.get(sourceId) ?? new Set()).add(triggerId));
  }

  get(triggerId: string, actionId: string, sourceId: string): PlannedExecution | null {
    return this.#byKey.get(`${triggerId}\n${actionId}\n${sourceId}`) ?? null;
  }

  triggersOf(sourceId: string): readonly string[] {
    return [...(this.#triggers.get(sourceId) ?? [])];
  }
}
