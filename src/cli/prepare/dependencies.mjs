import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, keep, kept } from "./fingerprint.mjs";
import { ensureMade } from "./made.mjs";
import { root, run, step } from "./steps.mjs";

/** The lock files of the last installs, written once npm is done: of the program's packages, and of all. */
const KEPT = { program: "node_modules/.fingerprint", all: "node_modules/.fingerprint-all" };
/** npm's own list of what is installed, without packages for other machines. npm writes it at the end of an install. */
const INSTALLED = "node_modules/.package-lock.json";

export const dependenciesFingerprint = () => fingerprint(["package-lock.json"]);

/**
 * Installs the packages of package-lock.json that are missing or have another version. A start needs the program's
 * packages alone. With `tools` the devDependencies too: test runners, linters and what the benches compare with.
 */
export async function ensureDependencies({ tools = false } = {}) {
  const wanted = dependenciesFingerprint();
  await ensureMade({
    name: "dependencies",
    words: "node_modules",
    keptIn: KEPT.program,
    wanted,
    isThere: () => kept(KEPT.program) === wanted || areInstalled({ tools: false }),
    make: async () => {
      const withTools = tools || hasTools();
      await step("Installing dependencies with npm", () => install({ withTools }));
      if (withTools) keep(KEPT.all, wanted);
    },
  });
  if (!tools) return;
  // Programs go on meanwhile: package-lock.json places every package, so that the program's own stay as they are.
  await ensureMade({
    name: "tools",
    words: "the tools of node_modules",
    keptIn: KEPT.all,
    wanted,
    isThere: () => kept(KEPT.all) === wanted || areInstalled({ tools: true }),
    make: () =>
      step("Installing the tools of this command with npm (devDependencies)", () => install({ withTools: true })),
  });
}

/**
 * An install that ended before is completed. One that was interrupted may have left halves of packages, and is begun
 * again: `npm ci` removes them.
 */
function install({ withTools }) {
  const isComplete = existsSync(join(root, INSTALLED));
  // While npm works, what is there counts as interrupted.
  rmSync(join(root, INSTALLED), { force: true });
  const args = [
    ...(isComplete ? ["install", "--no-save"] : ["ci"]),
    withTools ? "--include=dev" : "--omit=dev",
    // Install scripts are not needed: the ones there are fetch things from elsewhere, which may not be reachable.
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const failure =
    "The dependencies could not be installed. npm needs its registry; see above for what it says, then start again.";
  const options = { env: { NODE_ENV: withTools ? "development" : "production" }, failure };
  const npm = process.env.npm_execpath;
  if (npm && /\.c?js$/.test(npm)) return run(process.execPath, [npm, ...args], options);
  return run(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
}

/** npm removes what it is told to omit: tools that somebody has installed are installed again with the program. */
function hasTools() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.keys(devDependencies).some((name) => existsSync(join(root, "node_modules", name)));
}

/** For what was installed by hand: compares npm's own list, and the folders, with package-lock.json. */
function areInstalled({ tools }) {
  if (!existsSync(join(root, INSTALLED))) return false;
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf(INSTALLED);
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer }]) => {
    if (path === "" || (dev && !tools)) return true;
    const found = installed[path];
    if (!found) return Boolean(optional ?? devOptional ?? peer);
    return found.version === version && existsSync(join(root, path, "package.json"));
  });
}

const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), "utf8")).packages ?? {};
