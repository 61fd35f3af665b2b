import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const alias = { "@": resolve("src") };
// The files of a worker share their modules, as the parts of a running program do. To load the program for each file
// took a third of the time. Each file still has a database of its own. Projects take over no option of the root.
// The time limits only end a test that hangs. A busy machine is ten times slower, and its tests must still pass.
const shared = {
  isolate: false,
  setupFiles: ["src/test/setup.ts"],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
};
const unit = [
  "src/domain/**/*.test.ts",
  "src/lib/**/*.test.ts",
  "src/features/**/*.test.ts",
  "src/components/**/*.test.ts",
  "src/env.test.ts",
  "src/test/architecture.test.ts",
  "src/test/floors.test.ts",
  "src/test/permissions.test.ts",
  "src/test/schema.test.ts",
  "src/test/docs.test.ts",
  "src/test/event-words.test.ts",
];

/** Files that take 20 s and more, the longest first. At the end of a run, a long file leaves the other worker idle. */
const long = [
  "src/server/inngest/simulated-server.test.ts",
  "src/server/memory.test.ts",
  "src/test/crash/crash.test.ts",
  "src/server/runtime.test.ts",
  "src/cli/backup.test.ts",
  "src/server/db/embedded.test.ts",
  "src/server/api/roles.test.ts",
  "src/cli/as-code/run-triggers-command.test.ts",
].map((file) => resolve(file));
const gone = long.filter((file) => !existsSync(file));
if (gone.length > 0) throw new Error(`vitest.config.ts names files that are gone: ${gone.join(", ")}`);

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = long.flatMap((file) => sorted.filter(({ moduleId }) => moduleId === file));
    return [...first, ...sorted.filter(({ moduleId }) => !long.includes(moduleId))];
  }
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongFilesFirst },
    // src/cli/test.mjs chooses the parts that are measured, and prints their coverage by room.
    coverage: {
      provider: "v8",
      reporter: ["json-summary"],
      reportOnFailure: true,
      include: ["src/{domain,lib,server}/**/*.ts"],
      exclude: ["**/*.test.ts", "**/testing*.ts", "**/conformance/**"],
    },
    projects: [
      {
        resolve: { alias },
        test: { ...shared, name: "unit", include: unit },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          // Some of these files replace a module, so they share none.
          isolate: true,
          name: "components",
          include: ["src/{components,features,lib}/**/*.test.tsx"],
          environment: "happy-dom",
          setupFiles: [...shared.setupFiles, "src/test/setup-components.ts"],
        },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: "integration",
          include: ["src/**/*.test.ts"],
          exclude: unit,
          // These files wait for processes and times: two at once keep two cores busy for two thirds of the time.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          // One PostgreSQL for all files; each file gets a database of its own from a migrated template.
          globalSetup: ["src/test/global-setup.ts"],
        },
      },
    ],
  },
});
