import type { LiteralTree } from "./clauses";
import { filterPlaceId, type FilterLiteral } from "./literal";
import type { EventReading, EventValue, EventValues } from "./event-reading";

/** A shared check, and the answer that the clause wants from it. */
export type ExpectedCheck = { shared: SharedCheck; wanted: boolean };

/** A check that runs at most once an event, for all triggers that need it. */
export class SharedCheck {
  uses = 0;
  private stamp = -1;
  private answer = false;

  constructor(
    readonly id: string,
    private readonly ask: (reading: EventReading) => boolean,
    readonly release: () => void,
  ) {}

  holds(reading: EventReading): boolean {
    if (this.stamp !== reading.stamp) {
      this.answer = this.ask(reading);
      this.stamp = reading.stamp;
    }
    return this.answer;
  }
}

/** The checks that no lane answers: regular expressions, and groups that were not expanded. Equal checks are shared. */
export class SharedChecks {
  private readonly byId = new Map<string, SharedCheck>();

  constructor(private readonly values: EventValues) {}

  /** Returns the check of a tree. The caller must release it later by `release`. */
  acquire(tree: LiteralTree): ExpectedCheck {
    const check = "place" in tree ? this.literal(tree) : this.group(tree);
    check.shared.uses += 1;
    return check;
  }

  release({ shared }: ExpectedCheck): void {
    if (--shared.uses > 0) return;
    this.byId.delete(shared.id);
    shared.release();
  }

  private literal(literal: FilterLiteral): ExpectedCheck {
    const shared = this.known(literal.id, () => {
      const id = filterPlaceId(literal.place);
      const value: EventValue = this.values.at(id, literal.place);
      const ask = (reading: EventReading): boolean => {
        const seen = value.get(reading);
        return seen !== null && literal.holds(seen, reading.lookup);
      };
      return new SharedCheck(literal.id, ask, () => this.values.release(id));
    });
    return { shared, wanted: literal.wanted };
  }

  private group(tree: Exclude<LiteralTree, FilterLiteral>): ExpectedCheck {
    const shared = this.known(idOf(tree), () => {
      const checks = ("all" in tree ? tree.all : tree.any).map((child) => this.acquire(child));
      const passes = (reading: EventReading) => (check: ExpectedCheck) => check.shared.holds(reading) === check.wanted;
      const ask = (reading: EventReading): boolean =>
        "all" in tree ? checks.every(passes(reading)) : checks.some(passes(reading));
      return new SharedCheck(idOf(tree), ask, () => checks.forEach((check) => this.release(check)));
    });
    return { shared, wanted: true };
  }

  private known(id: string, make: () => SharedCheck): SharedCheck {
    const known = this.byId.get(id);
    if (known) return known;
    const made = make();
    this.byId.set(id, made);
    return made;
  }
}

function idOf(tree: LiteralTree): string {
  if ("place" in tree) return `${tree.wanted ? "" : "not "}${tree.id}`;
  const children = "all" in tree ? tree.all : tree.any;
  return JSON.stringify(["all" in tree ? "all" : "any", ...children.map(idOf)]);
}
