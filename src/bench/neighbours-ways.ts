import { setTimeout as wait } from "node:timers/promises";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import { levelIs } from "@/test/factories";
import type { Neighbourhood } from "./neighbours-world";

/** A way in which a project misbehaves. */
export type Way = {
  name: string;
  what: string;
  prepare(world: Neighbourhood): Promise<void>;
  /** Goes on until the signal is aborted. */
  misbehave(world: Neighbourhood, over: AbortSignal): Promise<void>;
};

const all = (...children: Filter["children"]): Filter => ({ type: "group", match: "all", children });
const matches = (column: string, value: string): FilterCondition => ({
  type: "condition",
  column,
  operator: "matches",
  value,
});
/** A text in which regular expressions find no pattern to be quick about. */
const noise = (length: number): string => {
  let seed = 1;
  return Array.from({ length }, () => "ab "[(seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 3]).join("");
};

const list = "{% assign list = (1..500000) %}";
const hostileFilters = [
  "find: 'a'",
  "where: 'a'",
  "reject: 'a', 1",
  "has: 'a'",
  "map: 'a.b'",
  "sort",
  "uniq",
  "sum: 'a'",
];

const templates: Way = {
  name: "templates",
  what: "8 templates that work on 500,000 items, 10 events a second",
  async prepare(world) {
    for (const filter of hostileFilters) {
      const template = `${list}{% for i in (1..1000) %}{% assign x = list | ${filter} %}{% endfor %}1`;
      const action = await world.makeAction({ template, retry: { preset: "none" } });
      await world.makeTrigger([action], levelIs("ERROR"));
    }
  },
  async misbehave(world, over) {
    for (let n = 0; !over.aborted; n++) {
      await world.send([{ id: `hostile-${performance.now()}-${n}`, traceId: "t", level: "ERROR" }]);
      await wait(100);
    }
  },
};

const TRIGGERS = 2_000;
const REGEXES = 6;

const start: Way = {
  name: "start",
  what: `a start with ${TRIGGERS} triggers of ${REGEXES} regular expressions each`,
  async prepare(world) {
    const action = await world.makeAction({ retry: { preset: "none" } });
    for (let n = 0; n < TRIGGERS; n++) {
      const conditions = Array.from({ length: REGEXES }, (_, index) =>
        matches("input", `never ${n}-${index} (?:timeout|refused) in [a-z]+-${n}\\b.*code=\\d{3}`),
      );
      await world.makeTrigger([action], { type: "group", match: "any", children: conditions });
    }
  },
  async misbehave(world, over) {
    for (let n = 0; !over.aborted; n++) {
      await world.send([
        { id: `many-${performance.now()}-${n}`, traceId: "t", input: "nothing to see here ".repeat(20) },
      ]);
      await wait(500);
    }
  },
};

const STATES = 2_000;
const PREVIEWS = 8;

const previews: Way = {
  name: "previews",
  what: `${PREVIEWS} previews at once of ${STATES} states of 20 KB, by a viewer, again and again`,
  async prepare(world) {
    const input = noise(20_000);
    for (let n = 0; n < STATES; n += 50)
      await world.send(
        Array.from({ length: 50 }, (_, index) => ({ id: `state-${n + index}`, traceId: "t", level: "DEBUG", input })),
      );
    while ((await world.ctx.db.observation.count({ where: { projectId: world.projectId } })) < STATES) await wait(200);
  },
  async misbehave(world, over) {
    const question = (n: number) => ({
      projectId: world.projectId,
      eventSource: "observation.created",
      filter: all(matches("input", `a.{0,${20 + n}}[xyz]`)),
      samplingRate: 1,
      samplingBy: "source",
      limit: 10_000,
    });
    await Promise.all(
      Array.from({ length: PREVIEWS }, async (_, n) => {
        while (!over.aborted) await world.query("trigger.preview", question(n), over);
      }),
    );
  },
};

export const ways: readonly Way[] = [templates, start, previews];
