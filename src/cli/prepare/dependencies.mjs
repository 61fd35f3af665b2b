import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, kept } from "./fingerprint.mjs";
import { ensureMade } from "./made.mjs";
import { root, run, step } from "./steps.mjs";

/** What was installed from, written once npm is done. */
const KEPT = "node_modules/.fingerprint";

export const dependenciesFingerprint = () => fingerprint(["package-lock.json"]);

/** Installs what package-lock.json names, where it is missing or another version is there. */
export async function ensureDependencies() {
  const wanted = dependenciesFingerprint();
  await ensureMade({
    name: "dependencies",
    words: "node_modules",
    keptIn: KEPT,
    wanted,
    isThere: () => kept(KEPT) === wanted || areInstalled(),
    make: install,
  });
}

async function install() {
  await step("Installing dependencies with npm", () => {
    // Install scripts are not needed: the ones there are fetch things from elsewhere, which may not be reachable.
    const args = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
    const failure =
      "The dependencies could not be installed. npm needs its registry; see above for what it says, then start again.";
    const npm = process.env.npm_execpath;
    if (npm && /\.c?js$/.test(npm))
      return run(process.execPath, [npm, ...args], { env: { NODE_ENV: "development" }, failure });
    return run(process.platform === "win32" ? "npm.cmd" : "npm", args, { env: { NODE_ENV: "development" }, failure });
  });
}

/** For what was installed by hand: npm keeps a list of what it has put into node_modules, without packages for other machines. */
function areInstalled() {
  const installedFile = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(installedFile);
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === "") return true;
    const found = installed[path];
    return found ? found.version === version : Boolean(optional ?? devOptional ?? peer);
  });
}

const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages ?? {};
