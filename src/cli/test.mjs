import "./prepare/node-version.mjs";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ensureBuild } from "./prepare/build.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { command, enterRoot, root, runNode, step } from "./prepare/steps.mjs";

/*
 * `npm test` runs all tests. Arguments choose parts: lint, types, unit, integration, e2e. Further arguments go to the
 * test runner. The last line is always "N passed, N failed". Format, lint, unused code, types and the build count as
 * one test each.
 */

const REPORTS = "test-results";
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
    const formatAndUnused = async () => sum([await check(format), await check(unused)]);
    return sum(await Promise.all([check(lint), formatAndUnused()]));
  },
  types: () => check(types),
  unit: (args) => vitest("unit", ["unit", "components"], args),
  integration: (args) => vitest("integration", ["integration"], args),
  async e2e(args) {
    const built = await build();
    return built.failed > 0 ? built : sum([built, await playwright(args)]);
  },
};

let building;
/** Makes the build once, which counts as a test of the part e2e. */
const build = () => (building ??= check(ensureBuild));

const isStatic = (name) => name === "lint" || name === "types";

const types = () =>
  step("Types", async () => {
    await runNode(bin.next, ["typegen"], { failure: "The types of the pages could not be generated." });
    await runNode(bin.tsc, ["--noEmit"], { failure: "The types do not fit." });
  });
const format = () =>
  step("Format", () =>
    runNode(bin.prettier, ["--check", "--log-level=warn", "."], {
      failure: "Prettier would change these files: run `npm run format`.",
    }),
  );
const lint = () =>
  step("Lint", () => runNode(bin.eslint, [".", "--max-warnings=0"], { failure: "Lint has found problems." }));
const unused = () =>
  step("Unused code", () =>
    runNode(bin.knip, ["--no-progress", "--treat-config-hints-as-errors"], {
      failure: "Nobody uses these files, exports or dependencies: remove them, or drop the word export.",
    }),
  );

await command(async () => {
  const given = process.argv.slice(2);
  const count = given.findIndex((name) => !(name in parts));
  const names = given.slice(0, count < 0 ? given.length : count);
  const args = count < 0 ? [] : given.slice(count);
  enterRoot();
  // Variables of a developer's .env or shell must not change the tests.
  for (const name of Object.keys(process.env)) if (OF_THE_PROGRAM.test(name)) delete process.env[name];
  await ensureDependencies({ tools: true });
  await ensurePrismaClient();
  mkdirSync(join(root, REPORTS), { recursive: true });
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
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
});

function sum(results) {
  return results.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** Runs work that counts as one test. */
async function check(work) {
  try {
    await work();
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
}

/** Runs a test runner, which prints its own progress, and reads its report. */
async function runner(label, script, { args, env, count, report }) {
  rmSync(join(root, report), { force: true });
  console.log(`\n${label} …`);
  let endedWell = true;
  await runNode(script, args, { show: true, env: { NODE_ENV: "test", ...env } }).catch(() => (endedWell = false));
  const result = existsSync(join(root, report))
    ? count(JSON.parse(readFileSync(join(root, report), "utf8")))
    : { passed: 0, failed: 0 };
  // The counts do not include a file that does not load, or an error outside of all tests.
  return endedWell || result.failed > 0 ? result : { ...result, failed: 1 };
}

async function vitest(name, projects, args) {
  const report = `${REPORTS}/${name}.json`;
  const coverage = `${REPORTS}/coverage-${name}`;
  rmSync(join(root, coverage), { recursive: true, force: true });
  const result = await runner(`Tests: ${name}`, bin.vitest, {
    args: [
      "run",
      ...projects.map((project) => `--project=${project}`),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      // A part of the tests says nothing about coverage.
      ...(args.length > 0 ? [] : ["--coverage.enabled", `--coverage.reportsDirectory=${coverage}`]),
      ...args,
    ],
    report,
    count: ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
  });
  printCoverage(join(root, coverage, "coverage-summary.json"));
  printSlowest(join(root, report));
  return result;
}

/** Prints the share of executed lines for each part of the source. */
function printCoverage(file) {
  if (!existsSync(file)) return;
  const rooms = new Map();
  for (const [path, { lines }] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
    if (path === "total") continue;
    const [, room, inner] = relative(root, path).split("/");
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
    assertionResults.map(({ fullName, duration }) => ({ name: relative(root, name), fullName, duration })),
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
    count: ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
  });
}
