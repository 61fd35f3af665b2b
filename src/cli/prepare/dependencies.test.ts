import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";

/*
 * Runs real npm installs in a project of its own, whose packages are files. The program needs `needed`, and `tool` is a
 * devDependency.
 */

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const VERSIONS = ["1.0.0", "1.1.0"];
/** The packed packages, and a folder for each version of `needed` with package.json and package-lock.json. */
let packed: string;
/** The project of a test. */
let folder: string;

/** Packs a package into a file. npm installs from it without a registry. */
function pack(name: string, version: string): void {
  const source = join(packed, "source", `${name}-${version}`);
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify({ name, version }));
  writeFileSync(join(source, "index.js"), `module.exports = "${version}";`);
  execFileSync(npm, ["pack", "--silent", "--pack-destination", packed, source], { cwd: packed });
}

/** Writes package.json and package-lock.json of a project that needs this version of `needed`. */
function lock(version: string): void {
  const manifest = {
    name: "project",
    version: "1.0.0",
    type: "module",
    dependencies: { needed: `file:needed-${version}.tgz` },
    devDependencies: { tool: "file:tool-1.0.0.tgz" },
  };
  // The folder has no node_modules: npm would take the packages in there for the requested ones.
  const home = join(packed, version);
  mkdirSync(home);
  for (const name of [`needed-${version}.tgz`, "tool-1.0.0.tgz"]) cpSync(join(packed, name), join(home, name));
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  execFileSync(npm, ["install", "--package-lock-only", "--no-audit", "--no-fund", "--silent"], { cwd: home });
}

beforeAll(() => {
  packed = mkdtempSync(join(tmpdir(), "dependencies-packed-"));
  for (const version of VERSIONS) pack("needed", version);
  pack("tool", "1.0.0");
  for (const version of VERSIONS) lock(version);
});
afterAll(() => rmSync(packed, { recursive: true, force: true }));

/** Makes the project need this version of `needed`. */
function demand(version: string): void {
  cpSync(join(packed, version), folder, { recursive: true });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dependencies-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync("src/cli/prepare", join(folder, "src/cli/prepare"), { recursive: true });
  demand("1.0.0");
});

const code = (body: string): string[] => ["--input-type=module", "-e", body];

/**
 * Runs the first step of a command.
 * @returns its output about installing
 */
function ensure(options: { tools: boolean }): string[] {
  const body = `
    import { ensureDependencies } from "./src/cli/prepare/dependencies.mjs";
    await ensureDependencies(${JSON.stringify(options)});`;
  const { npm_execpath: _, ...env } = process.env;
  const output = execFileSync(process.execPath, code(body), {
    cwd: folder,
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return output
    .toString()
    .split("\n")
    .filter((line) => line.startsWith("Installing"));
}

function versionOf(name: string): string | null {
  const file = join(folder, "node_modules", name, "index.js");
  return existsSync(file) ? /"(.+)"/.exec(readFileSync(file, "utf8"))![1]! : null;
}
const installed = () => ({ needed: versionOf("needed"), tool: versionOf("tool") });

const START = ["Installing dependencies with npm …"];
const TOOLS = ["Installing the tools of this command with npm (devDependencies) …"];

test("a start installs what the program needs and no tools, once", () => {
  expect(ensure({ tools: false })).toEqual(START);
  expect(installed()).toEqual({ needed: "1.0.0", tool: null });
  expect(ensure({ tools: false })).toEqual([]);
});

test("a command that needs tools says that it adds them, and later starts keep them", () => {
  ensure({ tools: false });
  expect(ensure({ tools: true })).toEqual(TOOLS);
  expect(installed()).toEqual({ needed: "1.0.0", tool: "1.0.0" });
  expect([...ensure({ tools: true }), ...ensure({ tools: false })]).toEqual([]);

  demand("1.1.0");
  expect(ensure({ tools: false })).toEqual(START);
  expect(installed()).toEqual({ needed: "1.1.0", tool: "1.0.0" });
  expect(ensure({ tools: true })).toEqual([]);
});

test("a command that needs tools installs everything at once in a fresh clone", () => {
  expect(ensure({ tools: true })).toEqual(START);
  expect(installed()).toEqual({ needed: "1.0.0", tool: "1.0.0" });
});

test("what somebody has installed by hand is enough", () => {
  execFileSync(npm, ["ci", "--omit=dev", "--silent"], { cwd: folder });
  expect(ensure({ tools: false })).toEqual([]);
  expect(ensure({ tools: true })).toEqual(TOOLS);
});

test("a package whose folder somebody has removed is installed again", () => {
  ensure({ tools: false });
  rmSync(join(folder, "node_modules/.fingerprint"));
  rmSync(join(folder, "node_modules/needed"), { recursive: true });
  expect(ensure({ tools: false })).toEqual(START);
  expect(installed()).toEqual({ needed: "1.0.0", tool: null });
});

test("an install that was interrupted is begun again, and no half of a package stays", () => {
  ensure({ tools: true });
  rmSync(join(folder, "node_modules/.fingerprint"));
  rmSync(join(folder, "node_modules/.package-lock.json"));
  rmSync(join(folder, "node_modules/needed/index.js"));
  expect(ensure({ tools: false })).toEqual(START);
  expect(installed()).toEqual({ needed: "1.0.0", tool: "1.0.0" });
});

test("package-lock.json stays as it is", () => {
  const before = readFileSync(join(folder, "package-lock.json"), "utf8");
  ensure({ tools: false });
  ensure({ tools: true });
  demand("1.1.0");
  const changed = readFileSync(join(folder, "package-lock.json"), "utf8");
  ensure({ tools: true });
  expect(readFileSync(join(folder, "package-lock.json"), "utf8")).toBe(changed);
  expect(changed).not.toBe(before);
});

test("tools are added beside a running program; what it runs from is not replaced", async () => {
  ensure({ tools: false });
  const program = spawn(
    process.execPath,
    code(`
      import { recordProgram } from "./src/cli/prepare/programs.mjs";
      recordProgram({ port: 4298, runsFrom: ["dependencies"] });
      console.log("runs");
      setInterval(() => undefined, 1_000);`),
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void program.kill("SIGKILL"));
  await once(program.stdout, "data");

  expect(ensure({ tools: true })).toEqual(TOOLS);
  expect(installed()).toEqual({ needed: "1.0.0", tool: "1.0.0" });
  demand("1.1.0");
  expect(() => ensure({ tools: true })).toThrow(/runs from node_modules in this folder/);
  expect(installed()).toEqual({ needed: "1.0.0", tool: "1.0.0" });
});
