import "./prepare/node-version.mjs";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureBuild } from "./prepare/build.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { runCommandBody, enterProjectRoot, projectRoot, runNodeScript, runStepWithProgress } from "./prepare/steps.mjs";

/*
 * `npm test` runs all tests. Arguments choose parts: lint, types, unit, integration, e2e. Further arguments go to the
 * test runner. Format, lint, unused code, types and the build count as one test each. The output ends with the failed
 * tests and their errors, then with the line "N passed, N failed". So the end of a log tells why a run failed.
 */

const REPORTS = "test-results";
/** How many lines of an error the list of failed tests shows. */
const ERROR_LINES_MAX = 20;
const OF_THE_PROGRAM =
  /^(INNGEST_.*|WEBHOOK_.*|DATABASE_URL|DATA_DIR|PORT|HOST|WORKERS|APP_URL|ENCRYPTION_KEY|TRUSTED_PROXIES|PROJECT_CREATION|PROJECTS_PER_PERSON_MAX|ADMIN_EMAIL|ADMIN_PASSWORD|DEMO_EVENT_KEY|METRICS_TOKEN|LOG_LEVEL)$/;
const bin = {
  eslint: "node_modules/eslint/bin/eslint.js",
  knip: "node_modules/knip/bin/knip.js",
  next: "node_modules/next/dist/bin/next",
  prettier: "node_modules/prettier/bin/prettier.cjs",
  // The native compiler takes a third of the time. ESLint and `next build` need the API of `typescript`, which it
  // lacks.
  tsc: "node_modules/typescript-7/bin/tsc",
  vitest: "node_modules/vitest/vitest.mjs",
  playwright: "node_modules/@playwright/test/cli.js",
};

const parts = {
  lint: async () => {
    const formatAndUnused = async () =>
      sum([await checkInStep("Format", format), await checkInStep("Unused code", unused)]);
    return sum(await Promise.all([checkInStep("Lint", lint), formatAndUnused()]));
  },
  types: () => checkInStep("Types", types),
  unit: (args) => vitest("unit", ["unit", "components"], args),
  integration: (args) => vitest("integration", ["integration"], args),
  async e2e(args) {
    const built = await build();
    return built.failures.length > 0 ? built : sum([built, await playwright(args)]);
  },
};

let building;
/** Makes the build once, which counts as a test of the part e2e. */
const build = () => (building ??= check("Build", ensureBuild));

const isStatic = (name) => name === "lint" || name === "types";

async function types() {
  await runNodeScript(bin.next, ["typegen"], { failure: "The types of the pages could not be generated." });
  await runNodeScript(bin.tsc, ["--noEmit"], { failure: "The types do not fit." });
}
const format = () =>
  runNodeScript(bin.prettier, ["--check", "--log-level=warn", "."], {
    failure: "Prettier would change these files: run `npm run format`.",
  });
const lint = () => runNodeScript(bin.eslint, [".", "--max-warnings=0"], { failure: "Lint has found problems." });
const unused = () =>
  runNodeScript(bin.knip, ["--no-progress", "--treat-config-hints-as-errors"], {
    failure: "Nobody uses these files, exports or dependencies: remove them, or drop the word export.",
  });

await runCommandBody(async () => {
  const given = process.argv.slice(2);
  const count = given.findIndex((name) => !(name in parts));
  const names = given.slice(0, count < 0 ? given.length : count);
  const args = count < 0 ? [] : given.slice(count);
  enterProjectRoot();
  // Variables of a developer's .env or shell must not change the tests.
  for (const name of Object.keys(process.env)) if (OF_THE_PROGRAM.test(name)) delete process.env[name];
  // A sign-in hashes its password in 32 MB of new memory. In large pages that takes 40 % of the time on a virtual
  // machine, where each new page of memory is slow.
  process.env.GLIBC_TUNABLES ??= "glibc.malloc.hugetlb=1";
  await ensureDependencies({ tools: true });
  await ensurePrismaClient();
  mkdirSync(join(projectRoot, REPORTS), { recursive: true });
  const wanted = names.length > 0 ? names : Object.keys(parts);
  // Lint keeps one core busy for longer than the types and the build keep the other. These two write the same types of
  // pages, so they run one after the other.
  const typesThenBuild = async () => {
    const result = wanted.includes("types") ? await parts.types() : sum([]);
    if (wanted.includes("e2e")) await build();
    return result;
  };
  const results = await Promise.all([wanted.includes("lint") ? parts.lint() : sum([]), typesThenBuild()]);
  for (const name of wanted.filter((name) => !isStatic(name))) results.push(await parts[name](args));
  const { passed, failures } = sum(results);
  for (const { test, error } of failures) console.log(`\nFailed: ${test}\n${shorten(error)}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exit(failures.length > 0 || passed === 0 ? 1 : 0);
});

/** Adds up results. A result counts its passed tests, and has the name and the error of each failed test. */
function sum(results) {
  return {
    passed: results.reduce((all, { passed }) => all + passed, 0),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** Runs a check as a step that prints its progress. */
function checkInStep(label, work) {
  return check(label, () => runStepWithProgress(label, work));
}

/** Runs work that counts as one test. Its error is printed at once, and again at the end. */
async function check(label, work) {
  try {
    await work();
    return { passed: 1, failures: [] };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failures: [{ test: label, error: error.message }] };
  }
}

/** The first lines of an error, indented, without colours and without stack frames of dependencies. */
function shorten(error) {
  const all = stripVTControlCharacters(error).trim().split("\n");
  const lines = all.filter((line) => !/^ +at .*(node_modules|new Promise)/.test(line));
  const more = lines.length - ERROR_LINES_MAX;
  const shown = more > 0 ? [...lines.slice(0, ERROR_LINES_MAX), `… ${more} more lines above`] : lines;
  return shown.map((line) => `  ${line}`).join("\n");
}

/** Runs a test runner, which prints its own progress, and reads the result from its JSON report. */
async function runner(label, script, { args, env, read, report }) {
  rmSync(join(projectRoot, report), { force: true });
  console.log(`\n${label} …`);
  let ending;
  await runNodeScript(script, args, { show: true, env: { NODE_ENV: "test", ...env } }).catch(
    (error) => (ending = error),
  );
  const result = existsSync(join(projectRoot, report))
    ? read(JSON.parse(readFileSync(join(projectRoot, report), "utf8")))
    : { passed: 0, failures: [] };
  // A report does not name an error outside of all tests.
  if (ending !== undefined && result.failures.length === 0)
    return { ...result, failures: [{ test: label, error: ending.message }] };
  return result;
}

async function vitest(name, projects, args) {
  const report = `${REPORTS}/${name}.json`;
  const coverage = `${REPORTS}/coverage-${name}`;
  // Coverage adds a third to the processor time of integration tests, so only `--coverage` measures them. A choice of
  // files says nothing about coverage.
  const measures = args.includes("--coverage") || (name === "unit" && args.length === 0);
  rmSync(join(projectRoot, coverage), { recursive: true, force: true });
  const result = await runner(`Tests: ${name}`, bin.vitest, {
    args: [
      "run",
      ...projects.map((project) => `--project=${project}`),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...(measures ? ["--coverage.enabled", `--coverage.reportsDirectory=${coverage}`] : []),
      ...args.filter((arg) => arg !== "--coverage"),
    ],
    report,
    read: ({ numPassedTests, testResults }) => ({
      passed: numPassedTests,
      failures: testResults.flatMap(failuresOfFile),
    }),
  });
  printCoverage(join(projectRoot, coverage, "coverage-summary.json"));
  printSlowest(join(projectRoot, report));
  return result;
}

/** The failed tests of a file, or the file itself where it failed outside of its tests, as when it does not load. */
function failuresOfFile({ name, status, message, assertionResults }) {
  const file = relative(projectRoot, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (status === "failed" && failed.length === 0) return [{ test: file, error: message }];
  return failed.map(({ fullName, failureMessages }) => ({
    test: `${file}: ${fullName}`,
    error: failureMessages.join("\n"),
  }));
}

/** Prints the share of executed lines for each part of the source. */
function printCoverage(file) {
  if (!existsSync(file)) return;
  const rooms = new Map();
  for (const [path, { lines }] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
    if (path === "total") continue;
    const [, room, inner] = relative(projectRoot, path).split("/");
    const name = room === "server" && !inner.includes(".") ? `${room}/${inner}` : room;
    const sum = rooms.get(name) ?? { covered: 0, total: 0 };
    rooms.set(name, { covered: sum.covered + lines.covered, total: sum.total + lines.total });
  }
  console.log("\nLines that these tests ran:");
  for (const [name, { covered, total }] of [...rooms].sort())
    if (covered > 0) console.log(`  ${((100 * covered) / total).toFixed(0).padStart(3)} % of ${total} in src/${name}`);
}

/** Prints the ten slowest tests. */
function printSlowest(file) {
  if (!existsSync(file)) return;
  const tests = JSON.parse(readFileSync(file, "utf8")).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, duration }) => ({ name: relative(projectRoot, name), fullName, duration })),
  );
  tests.sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0));
  console.log("\nThe slowest ten tests:");
  for (const { name, fullName, duration } of tests.slice(0, 10))
    console.log(`  ${((duration ?? 0) / 1000).toFixed(1).padStart(5)} s  ${name}: ${fullName}`);
}

function playwright(args) {
  const report = `${REPORTS}/e2e.json`;
  return runner("Tests: end to end", bin.playwright, {
    args: ["test", "--reporter=list,json", ...args],
    report,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    read: ({ stats, suites, errors }) => ({
      passed: stats.expected,
      failures: [
        ...suites.flatMap(failuresOfSuite),
        ...errors.map(({ message }) => ({ test: "Tests: end to end", error: message })),
      ],
    }),
  });
}

/** The failed tests of a Playwright suite and of the suites in it. */
function failuresOfSuite({ file, suites = [], specs }) {
  const own = specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ projectName, results }) => ({
        test: `e2e/${file} [${projectName}]: ${title}`,
        error: results.flatMap(({ errors }) => errors.map(({ message }) => message)).join("\n"),
      })),
  );
  return [...own, ...suites.flatMap(failuresOfSuite)];
}
