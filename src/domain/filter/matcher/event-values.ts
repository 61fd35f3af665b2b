import type { EventColumn } from "../../event-source/event-source";
import { compileKeyReader, parseJsonField } from "../field-text";
import type { RegexResultLookup } from "../regex";
import type { FilterOperand } from "./literal";

/** The event that the matcher evaluates now. */
export class CurrentEvent {
  /** the number of the event, which distinguishes its results from results for earlier events */
  stamp = 0;
  /** returns the results of long regular expressions */
  lookup: RegexResultLookup | undefined = undefined;
  private state: unknown = undefined;
  private readonly open: EventValue[] = [];

  begin(state: unknown, lookup: RegexResultLookup | undefined): void {
    this.stamp += 1;
    this.state = state;
    this.lookup = lookup;
  }

  /** Releases the event, because it may be large and the next event may come much later. */
  end(): void {
    this.state = undefined;
    this.lookup = undefined;
    for (let n = 0; n < this.open.length; n++) this.open[n]!.forget();
    this.open.length = 0;
  }

  /** Computes a value of the event, and notes that `end` must release it. */
  compute(value: EventValue, from: EventValue | null, by: (from: unknown) => unknown): unknown {
    this.open.push(value);
    return by(from ? from.get(this) : this.state);
  }
}

/**
 * A value of the event, computed at most once an event: a column, a key of a column, or the form of either that an
 * operator compares.
 */
export class EventValue {
  private stamp = -1;
  private found: unknown = undefined;

  constructor(
    private readonly from: EventValue | null,
    private readonly by: (from: unknown) => unknown,
  ) {}

  get(event: CurrentEvent): unknown {
    if (this.stamp === event.stamp) return this.found;
    this.found = event.compute(this, this.from, this.by);
    this.stamp = event.stamp;
    return this.found;
  }

  forget(): void {
    this.found = undefined;
    this.stamp = -1;
  }
}

/** The values of events that triggers look at. Triggers that look at the same value share its computation. */
export class EventValues {
  private readonly columns: ReadonlyMap<string, EventValue>;
  private readonly opened = new Map<string, EventValue>();
  private readonly byId = new Map<string, { value: EventValue; uses: number }>();

  constructor(columns: Iterable<EventColumn<unknown>>) {
    this.columns = new Map(
      [...columns].map((column) => [column.id, new EventValue(null, (state) => column.read(state))]),
    );
  }

  /** Returns the value of a column, before any conversion. */
  column({ id }: EventColumn<unknown>): EventValue {
    return this.columns.get(id)!;
  }

  /** Returns the value that the keys of a column look into. JSON in a text is parsed once an event. */
  openedColumn(column: EventColumn<unknown>): EventValue {
    const known = this.opened.get(column.id);
    if (known) return known;
    const made = new EventValue(this.column(column), parseJsonField);
    this.opened.set(column.id, made);
    return made;
  }

  /** Returns the value of an operand, shared by all who pass the same id. The caller must later call `release`. */
  at(id: string, { column, key, convert }: FilterOperand): EventValue {
    const known = this.byId.get(id);
    if (known) {
      known.uses += 1;
      return known.value;
    }
    const value = key === undefined ? new EventValue(this.column(column), convert) : this.atKey(column, key, convert);
    this.byId.set(id, { value, uses: 1 });
    return value;
  }

  private atKey(column: EventColumn<unknown>, key: string, convert: FilterOperand["convert"]): EventValue {
    const atKey = compileKeyReader(key);
    return new EventValue(this.openedColumn(column), (field) => convert(atKey(field)));
  }

  release(id: string): void {
    const known = this.byId.get(id);
    if (known && --known.uses === 0) this.byId.delete(id);
  }
}
