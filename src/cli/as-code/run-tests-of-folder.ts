import { readFilterOfFile } from "@/domain/as-code/configuration-files";
import { runTriggerTests, type TriggerTestResult, type TriggerUnderTest } from "@/domain/as-code/trigger-tests";
import type { ProjectFolder } from "./read-project-folder";

export type TriggerTestReport = {
  files: { path: string; results: TriggerTestResult[] }[];
  passed: number;
  failed: number;
  /** The keys of triggers that no test names. */
  untested: string[];
  ms: number;
};

/** Runs the tests of triggers in a project's folder, without a server. */
export function runTestsOfFolder({ files, tests, pulled }: ProjectFolder): TriggerTestReport {
  const begun = performance.now();
  const triggers = Object.entries(files.triggers).flatMap(([key, file]): TriggerUnderTest[] => {
    const { filter } = readFilterOfFile(file);
    return filter === null ? [] : [{ ...file, key, id: pulled.triggers[key]?.id ?? key, filter }];
  });
  const now = new Date();
  const run = tests.map(({ path, file }) => ({ path, results: runTriggerTests(file, triggers, now) }));
  const results = run.flatMap((file) => file.results);
  const named = new Set(results.map(({ trigger }) => trigger));
  const failed = results.filter(({ failure }) => failure !== null).length;
  return {
    files: run,
    passed: results.length - failed,
    failed,
    untested: Object.keys(files.triggers).filter((key) => !named.has(key)),
    ms: Math.round(performance.now() - begun),
  };
}

/** Formats the report of trigger tests as text for a terminal. */
export function formatTriggerTestReport({ files, passed, failed, untested, ms }: TriggerTestReport): string {
  const lines = files.flatMap(({ path, results }) => [
    path,
    ...results.map(({ test, trigger, failure }) =>
      failure === null ? `  ✓ ${test} (${trigger})` : `  ✗ ${test} (${trigger})\n      ${failure}`,
    ),
  ]);
  const none = untested.length === 0 ? [] : [`Without a test: ${untested.join(", ")}`];
  return [...lines, "", ...none, `${passed} passed, ${failed} failed, in ${ms} ms`].join("\n");
}

/** Formats the report of trigger tests as JUnit XML, for CI systems. */
export function formatJunitReport({ files, passed, failed, ms }: TriggerTestReport): string {
  const suites = files.map(({ path, results }) => {
    const cases = results.map(({ test, trigger, failure }) => {
      const open = `    <testcase name="${escape(`${test} (${trigger})`)}" classname="${escape(path)}"`;
      return failure === null
        ? `${open}/>`
        : `${open}>\n      <failure message="${escape(failure)}"/>\n    </testcase>`;
    });
    const failures = results.filter(({ failure }) => failure !== null).length;
    const head = `  <testsuite name="${escape(path)}" tests="${results.length}" failures="${failures}">`;
    return [head, ...cases, "  </testsuite>"].join("\n");
  });
  const head = `<testsuites tests="${passed + failed}" failures="${failed}" time="${ms / 1_000}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, "</testsuites>", ""].join("\n");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string =>
  text
    // Replaces control characters, which XML 1.0 cannot hold.
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"]/g, (character) => entities[character]!)
    .replaceAll("\n", "&#10;");
