import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFingerprint, readFingerprint, writeFingerprint } from "./fingerprint.mjs";
import { ensureMade } from "./made.mjs";
import { projectRoot, runProgram, runStepWithProgress } from "./steps.mjs";

/**
 * The files with the fingerprint of package-lock.json at the last finished install: of the program's packages, and of
 * all packages.
 */
const KEPT = { program: "node_modules/.fingerprint", all: "node_modules/.fingerprint-all" };
/**
 * npm's own list of installed packages, without packages for other machines. npm writes it at the end of an install.
 */
const INSTALLED = "node_modules/.package-lock.json";

export const dependenciesFingerprint = () => makeFingerprint(["package-lock.json"]);

/**
 * Installs the packages of package-lock.json that are missing or have another version. A start needs only the program's
 * packages. `tools` adds the devDependencies: test runners, linters and packages that benches compare with.
 */
export async function ensureDependencies({ tools = false } = {}) {
  const wanted = dependenciesFingerprint();
  await ensureMade({
    name: "dependencies",
    words: "node_modules",
    keptIn: KEPT.program,
    wanted,
    isThere: () => readFingerprint(KEPT.program) === wanted || areInstalled({ tools: false }),
    make: async () => {
      const withTools = tools || hasTools();
      await runStepWithProgress("Installing dependencies with npm", () => install({ withTools }));
      if (withTools) writeFingerprint(KEPT.all, wanted);
    },
  });
  if (!tools) return;
  // Programs keep running: package-lock.json fixes the place of every package, so their packages stay unchanged.
  await ensureMade({
    name: "tools",
    words: "the tools of node_modules",
    keptIn: KEPT.all,
    wanted,
    isThere: () => readFingerprint(KEPT.all) === wanted || areInstalled({ tools: true }),
    make: () =>
      runStepWithProgress("Installing the tools of this command with npm (devDependencies)", () =>
        install({ withTools: true }),
      ),
  });
}

/**
 * Adds missing packages to a finished install. An interrupted install may hold incomplete packages, so `npm ci` begins
 * it again.
 */
function install({ withTools }) {
  const isComplete = existsSync(join(projectRoot, INSTALLED));
  // Without this file, the folder counts as interrupted while npm works.
  rmSync(join(projectRoot, INSTALLED), { force: true });
  const args = [
    ...(isComplete ? ["install", "--no-save"] : ["ci"]),
    withTools ? "--include=dev" : "--omit=dev",
    // Install scripts are not needed, and they download files from hosts that may not be reachable.
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const failure =
    "The dependencies could not be installed. npm needs its registry; see above for what it says, then start again.";
  const options = { env: { NODE_ENV: withTools ? "development" : "production" }, failure };
  const npm = process.env.npm_execpath;
  if (npm && /\.c?js$/.test(npm)) return runProgram(process.execPath, [npm, ...args], options);
  return runProgram(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
}

/**
 * Tells whether devDependencies are installed. npm would remove packages that are left out, so a start then keeps them.
 */
function hasTools() {
  const { devDependencies } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  return Object.keys(devDependencies).some((name) => existsSync(join(projectRoot, "node_modules", name)));
}

/**
 * Tells whether npm's own list and the folders hold all packages of package-lock.json. A person may have installed
 * them.
 */
function areInstalled({ tools }) {
  if (!existsSync(join(projectRoot, INSTALLED))) return false;
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf(INSTALLED);
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer }]) => {
    if (path === "" || (dev && !tools)) return true;
    const found = installed[path];
    if (!found) return Boolean(optional ?? devOptional ?? peer);
    return found.version === version && existsSync(join(projectRoot, path, "package.json"));
  });
}

const packagesOf = (file) => JSON.parse(readFileSync(join(projectRoot, file), "utf8")).packages ?? {};
