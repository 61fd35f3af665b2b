import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createProcessMetrics } from "@/server/metrics/metrics";
import { writeMetricsText } from "@/server/services/write-metrics-text";
import { useTestContext } from "@/test/use-test-context";

const { ctx } = useTestContext();

type Rule = { alert: string; expr: string; annotations: { summary: string; description: string } };
type Panel = { id: number; title: string; targets: { expr: string }[] };
const dashboard = JSON.parse(readFileSync("deploy/monitoring/dashboard.json", "utf8")) as { panels: Panel[] };
const alerts = parse(readFileSync("deploy/monitoring/alerts.yml", "utf8")) as { groups: { rules: Rule[] }[] };
const rules = alerts.groups.flatMap((group) => group.rules);
const expressions = [
  ...rules.map(({ alert, expr }) => ({ place: alert, expr })),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ place: title, expr }))),
];

/** Reads the names of the series in a text in Prometheus' format, each with the names of its labels. */
function readSeries(text: string): Map<string, Set<string>> {
  const labelsOf = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const [, help] = /^# HELP (\S+)/.exec(line) ?? [];
    const [, name, labels = ""] = /^([a-z_0-9]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    const found = name ?? help;
    if (found === undefined) continue;
    const known = labelsOf.get(found) ?? new Set<string>();
    for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label!);
    labelsOf.set(found, known);
  }
  return labelsOf;
}

test("dashboard and alerts use only metrics and labels that the program has", async () => {
  const metrics = createProcessMetrics({ ofProcess: true });
  metrics.watchPool("services", { totalCount: 1, idleCount: 1, waitingCount: 0 });
  metrics.decided({ events: 1, kinds: ["created"], agesSeconds: [1] });
  metrics.eventsRefused(429);
  metrics.attempt("success");
  metrics.executionEnded("COMPLETED");
  metrics.delivered(1);
  const series = readSeries(await writeMetricsText({ ...ctx, metrics }, { snapshots: null, byWorker: false }));
  for (const { place, expr } of expressions) {
    const used = expr.match(/\b(trigger_system|nodejs|process)_\w+/g) ?? [];
    if (place !== "TriggerSystemDown") expect(used, place).not.toHaveLength(0);
    for (const name of used) expect([...series.keys()], `${place}: ${name}`).toContain(name);
    const labels = [...expr.matchAll(/\bby \(([^)]*)\)|\{(\w+)=/g)]
      .flatMap(([, by, selected]) => by?.split(", ") ?? [selected!])
      .filter((label) => label !== "instance" && label !== "job");
    for (const label of labels) {
      const isKnown = used.some((name) => series.get(name)?.has(label));
      expect(isKnown, `${place}: label ${label}`).toBe(true);
    }
  }
});

test("the dashboard and the alerts show every metric of the program", async () => {
  const own = await createProcessMetrics({ ofProcess: false }).snapshot();
  const all = expressions.map(({ expr }) => expr).join("\n");
  for (const { name } of own) expect(all).toContain(name);
});

test("every alert says what users notice and where to look, and every panel has an id of its own", () => {
  for (const { annotations } of rules) {
    expect(annotations.summary).toMatch(/\.$/);
    expect(annotations.description).toMatch(/\.$/);
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});
