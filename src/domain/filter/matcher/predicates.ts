import type { Tree } from "./clauses";
import { placeId, type Literal } from "./literal";
import type { Reading, Value, Values } from "./reading";

/** A predicate and the answer it has to give. */
export type Check = { predicate: Predicate; wanted: boolean };

/** Something that is answered at most once an event, for all triggers that ask it. */
export class Predicate {
  uses = 0;
  private stamp = -1;
  private answer = false;

  constructor(
    readonly id: string,
    private readonly ask: (reading: Reading) => boolean,
    readonly release: () => void,
  ) {}

  holds(reading: Reading): boolean {
    if (this.stamp !== reading.stamp) {
      this.answer = this.ask(reading);
      this.stamp = reading.stamp;
    }
    return this.answer;
  }
}

/** What lanes do not answer: regular expressions, and groups that were not taken apart. Equal ones are there once. */
export class Predicates {
  private readonly byId = new Map<string, Predicate>();

  constructor(private readonly values: Values) {}

  /** Counted: `release` it. */
  acquire(tree: Tree): Check {
    const check = "place" in tree ? this.literal(tree) : this.group(tree);
    check.predicate.uses += 1;
    return check;
  }

  release({ predicate }: Check): void {
    if (--predicate.uses > 0) return;
    this.byId.delete(predicate.id);
    predicate.release();
  }

  private literal(literal: Literal): Check {
    const predicate = this.known(literal.id, () => {
      const id = placeId(literal.place);
      const value: Value = this.values.at(id, literal.place);
      const ask = (reading: Reading): boolean => {
        const seen = value.get(reading);
        return seen !== null && literal.holds(seen, reading.elsewhere);
      };
      return new Predicate(literal.id, ask, () => this.values.release(id));
    });
    return { predicate, wanted: literal.wanted };
  }

  private group(tree: Exclude<Tree, Literal>): Check {
    const predicate = this.known(idOf(tree), () => {
      const checks = ("all" in tree ? tree.all : tree.any).map((child) => this.acquire(child));
      const passes = (reading: Reading) => (check: Check) => check.predicate.holds(reading) === check.wanted;
      const ask = (reading: Reading): boolean =>
        "all" in tree ? checks.every(passes(reading)) : checks.some(passes(reading));
      return new Predicate(idOf(tree), ask, () => checks.forEach((check) => this.release(check)));
    });
    return { predicate, wanted: true };
  }

  private known(id: string, make: () => Predicate): Predicate {
    const known = this.byId.get(id);
    if (known) return known;
    const made = make();
    this.byId.set(id, made);
    return made;
  }
}

function idOf(tree: Tree): string {
  if ("place" in tree) return `${tree.wanted ? "" : "not "}${tree.id}`;
  const children = "all" in tree ? tree.all : tree.any;
  return JSON.stringify(["all" in tree ? "all" : "any", ...children.map(idOf)]);
}
