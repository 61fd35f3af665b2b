import type { Column } from "../../event-source/event-source";
import { compileKey, openField } from "../field";
import type { Elsewhere } from "../regex";
import type { Place } from "./literal";

/** One event on its way through the index. */
export class Reading {
  /** tells what was found for this event from what was found for an earlier one */
  stamp = 0;
  /** who evaluates regular expressions that take long */
  elsewhere: Elsewhere | undefined = undefined;
  private state: unknown = undefined;
  private readonly open: Value[] = [];

  begin(state: unknown, elsewhere: Elsewhere | undefined): void {
    this.stamp += 1;
    this.state = state;
    this.elsewhere = elsewhere;
  }

  /** Lets go of the event: it may be large, and the next may be long in coming. */
  end(): void {
    this.state = undefined;
    this.elsewhere = undefined;
    for (let n = 0; n < this.open.length; n++) this.open[n]!.forget();
    this.open.length = 0;
  }

  /** Runs once an event for each value. */
  compute(value: Value, from: Value | null, by: (from: unknown) => unknown): unknown {
    this.open.push(value);
    return by(from ? from.get(this) : this.state);
  }
}

/** Something computed from the event: a column, a key of it, or either in the form that an operator compares. At most once an event. */
export class Value {
  private stamp = -1;
  private found: unknown = undefined;

  constructor(
    private readonly from: Value | null,
    private readonly by: (from: unknown) => unknown,
  ) {}

  get(reading: Reading): unknown {
    if (this.stamp === reading.stamp) return this.found;
    this.found = reading.compute(this, this.from, this.by);
    this.stamp = reading.stamp;
    return this.found;
  }

  forget(): void {
    this.found = undefined;
    this.stamp = -1;
  }
}

/** The values that triggers look at, each there once however many look at it. */
export class Values {
  private readonly columns: ReadonlyMap<string, Value>;
  private readonly opened = new Map<string, Value>();
  private readonly byId = new Map<string, { value: Value; uses: number }>();

  constructor(columns: Iterable<Column<unknown>>) {
    this.columns = new Map([...columns].map((column) => [column.id, new Value(null, (state) => column.read(state))]));
  }

  /** The value of a column as it is read. */
  column({ id }: Column<unknown>): Value {
    return this.columns.get(id)!;
  }

  /** What the keys of a column look into: JSON in a text is read once an event. */
  openedColumn(column: Column<unknown>): Value {
    const known = this.opened.get(column.id);
    if (known) return known;
    const made = new Value(this.column(column), openField);
    this.opened.set(column.id, made);
    return made;
  }

  /** The value at a place. Counted: `release` it. */
  at(id: string, { column, key, convert }: Place): Value {
    const known = this.byId.get(id);
    if (known) {
      known.uses += 1;
      return known.value;
    }
    const value = key === undefined ? new Value(this.column(column), convert) : this.atKey(column, key, convert);
    this.byId.set(id, { value, uses: 1 });
    return value;
  }

  private atKey(column: Column<unknown>, key: string, convert: Place["convert"]): Value {
    const atKey = compileKey(key);
    return new Value(this.openedColumn(column), (field) => convert(atKey(field)));
  }

  release(id: string): void {
    const known = this.byId.get(id);
    if (known && --known.uses === 0) this.byId.delete(id);
  }
}
