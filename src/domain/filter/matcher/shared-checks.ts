import type { FilterWithoutNone } from "./clauses";
import { makeFilterOperandId, type FilterLiteral } from "./literal";
import type { CurrentEvent, EventValue, EventValues } from "./event-values";

/** A shared check, and the answer that makes it pass for one clause. */
export type CheckWithWantedAnswer = { shared: SharedCheck; wanted: boolean };

/** A check that runs at most once an event, for all triggers that need it. */
export class SharedCheck {
  uses = 0;
  private stamp = -1;
  private answer = false;

  constructor(
    readonly id: string,
    private readonly ask: (event: CurrentEvent) => boolean,
    readonly release: () => void,
  ) {}

  holds(event: CurrentEvent): boolean {
    if (this.stamp !== event.stamp) {
      this.answer = this.ask(event);
      this.stamp = event.stamp;
    }
    return this.answer;
  }
}

/**
 * The checks of all conditions that no literal index answers: regular expressions, `all of`, groups that were not
 * expanded, and literals beyond the indexes of their kind. Equal conditions share one check.
 */
export class SharedCheckPool {
  private readonly byId = new Map<string, SharedCheck>();

  constructor(private readonly values: EventValues) {}

  /** Returns the check of a literal or group. The caller must later call `release`. */
  acquire(tree: FilterWithoutNone): CheckWithWantedAnswer {
    const check = "operand" in tree ? this.literal(tree) : this.group(tree);
    check.shared.uses += 1;
    return check;
  }

  release({ shared }: CheckWithWantedAnswer): void {
    if (--shared.uses > 0) return;
    this.byId.delete(shared.id);
    shared.release();
  }

  private literal(literal: FilterLiteral): CheckWithWantedAnswer {
    const shared = this.known(literal.id, () => {
      const id = makeFilterOperandId(literal.operand);
      const value: EventValue = this.values.at(id, literal.operand);
      const ask = (event: CurrentEvent): boolean => {
        const seen = value.get(event);
        return seen !== null && literal.holds(seen, event.lookup);
      };
      return new SharedCheck(literal.id, ask, () => this.values.release(id));
    });
    return { shared, wanted: literal.wanted };
  }

  private group(tree: Exclude<FilterWithoutNone, FilterLiteral>): CheckWithWantedAnswer {
    const shared = this.known(idOf(tree), () => {
      const checks = ("all" in tree ? tree.all : tree.any).map((child) => this.acquire(child));
      const passes = (event: CurrentEvent) => (check: CheckWithWantedAnswer) =>
        check.shared.holds(event) === check.wanted;
      const ask = (event: CurrentEvent): boolean =>
        "all" in tree ? checks.every(passes(event)) : checks.some(passes(event));
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

function idOf(tree: FilterWithoutNone): string {
  if ("operand" in tree) return `${tree.wanted ? "" : "not "}${tree.id}`;
  const children = "all" in tree ? tree.all : tree.any;
  return JSON.stringify(["all" in tree ? "all" : "any", ...children.map(idOf)]);
}
