import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { below, importsOf, programFiles, src } from "./source-imports";

/*
 * The floors inside the two largest folders, lowest first. A unit is a folder, or a file beside the folders. A unit
 * imports units of its own floor and of lower ones, never of higher ones. No imports lead from a unit through others
 * back to it.
 */
const houses: { folder: string; floors: Record<string, string[]> }[] = [
  {
    folder: "server/services",
    floors: {
      // Units that depend on no other service, and each file that no line names: access, audit, keyset, limits.
      ground: [
        "access-links",
        "api-requests",
        "email",
        "event-keys",
        "members",
        "model-prices",
        "notices",
        "operational-webhook",
        "prune",
        "redaction",
        "rejected-events",
        "sources",
        "storage",
        "test-endpoint",
        "tokens",
        "views",
      ],
      queue: ["wakes", "jobs", "versions"],
      // Services for what happens to an event, and for what happens to an execution.
      "events and deliveries": [
        "matching",
        "action-creation",
        "deliveries",
        "read-queue-figures",
        "store-unknown-event-as-rejected",
        "unprocessed-events",
        "write-metrics-text",
        "projects",
        "account",
      ],
      things: ["executions", "triggers", "shadows", "actions", "observations", "engine", "exports", "search-project"],
      "many things": [
        "as-code",
        "backfills",
        "drafts",
        "explain",
        "overview",
        "resends",
        "restore-configuration-version",
        "run-job-chunk",
        "lost-work-watch",
      ],
    },
  },
  {
    folder: "server/engine",
    floors: {
      // The database, the clock, leases, the types of rows, and each other file that no line names.
      ground: ["protocol"],
      sync: ["sync", "in-process-fetch"],
      runs: ["context", "run", "engine-status"],
      loops: ["loops", "inspect"],
      engine: ["engine"],
      "tries of the whole engine": ["conformance", "simulated-server"],
    },
  },
];

const all = programFiles().flatMap((file) => importsOf(file));

/** The unit of a module: the folder of `house` in which it lies, or its own name if it lies directly in `house`. */
const unitOf = (house: string, module: string): string => module.slice(house.length + 1).split("/")[0]!;

type Edge = { from: string; to: string; shown: string };

function edgesOf(house: string): Edge[] {
  return all.flatMap((imported) => {
    const [from, to] = [imported.from.replace(/\.tsx?$/, ""), imported.to.replace(/^src\//, "")];
    if (!below(from, house) || !below(to, house) || from === house || to === house) return [];
    const edge = { from: unitOf(house, from), to: unitOf(house, to), shown: `${from} imports ${to}` };
    return edge.from === edge.to ? [] : [edge];
  });
}

/** Finds imports that lead back to their unit. @returns the units on the way, in order; null if there are none */
function circleOf(edges: readonly { from: string; to: string }[]): string[] | null {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const visit = (unit: string, path: string[]): string[] | null => {
    if (path.includes(unit)) return [...path.slice(path.indexOf(unit)), unit];
    if (done.has(unit)) return null;
    for (const to of next.get(unit) ?? []) {
      const circle = visit(to, [...path, unit]);
      if (circle) return circle;
    }
    done.add(unit);
    return null;
  };
  for (const unit of next.keys()) {
    const circle = visit(unit, []);
    if (circle) return circle;
  }
  return null;
}

describe.each(houses)("the floors of $folder", ({ folder, floors }) => {
  const order = Object.keys(floors);
  const floorOf = (unit: string): number =>
    Math.max(
      0,
      order.findIndex((floor) => floors[floor]!.includes(unit)),
    );

  it("has no unit that imports one of a higher floor", () => {
    const wrong = edgesOf(folder).filter(({ from, to }) => floorOf(to) > floorOf(from));
    expect(
      wrong.map(({ from, to, shown }) => `${shown}: ${order[floorOf(from)]} stands below ${order[floorOf(to)]}`),
    ).toEqual([]);
  });

  it("has no units that import each other, directly or through others", () => {
    expect(edgesOf(folder).length).toBeGreaterThan(0);
    expect(circleOf(edgesOf(folder))).toBeNull();
  });

  it("stands in docs/how-it-works.md as it stands here, the highest floor first", () => {
    const docs = readFileSync("docs/how-it-works.md", "utf8");
    const drawn = order.toReversed().map((floor) => `| ${floor} | ${floors[floor]!.join(", ")} |`);
    expect(docs).toContain(drawn.join("\n"));
  });

  it("names a floor for each folder, and no unit that is gone", () => {
    const paths = programFiles()
      .map((file) => relative(src, file))
      .filter((path) => below(path, folder))
      .map((path) => path.slice(folder.length + 1));
    const folders = new Set(paths.filter((path) => path.includes("/")).map((path) => path.split("/")[0]!));
    const units = new Set([...folders, ...paths.map((path) => path.replace(/\.tsx?$/, ""))]);
    const named = Object.values(floors).flat();
    expect([...folders].filter((unit) => !named.includes(unit))).toEqual([]);
    expect(named.filter((unit) => !units.has(unit))).toEqual([]);
  });
});

describe("circles", () => {
  it("are found, through any number of units", () => {
    const edges = [
      { from: "a", to: "b" },
      { from: "b", to: "c" },
      { from: "c", to: "a" },
    ];
    expect(circleOf(edges)).toEqual(["a", "b", "c", "a"]);
    expect(circleOf(edges.slice(1))).toBeNull();
  });

  it("do not exist between files of the program, types included", () => {
    const names = new Set(programFiles().map((file) => relative(src, file).replace(/\.tsx?$/, "")));
    const edges = all
      .map(({ from, to }) => ({ from: from.replace(/\.tsx?$/, ""), to: to.replace(/^src\//, "") }))
      .filter(({ to }) => names.has(to));
    expect(circleOf(edges)).toBeNull();
  });
});
