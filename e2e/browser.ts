import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "@playwright/test";

/** The options with which Playwright starts Chromium. */
export type BrowserLaunchOptions = { executablePath: string; args: string[]; env?: Record<string, string> };

const isRoot = process.getuid?.() === 0;
/** The browser makes no requests of its own. Its sandbox is off, because Chromium cannot run as root with a sandbox. */
const ARGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-gpu",
  ...(isRoot ? ["--no-sandbox"] : []),
];

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Returns the path of a Chromium: Playwright's own, one of the system, or that of an npm package, in this order. */
export async function findBrowserLaunchOptions(): Promise<BrowserLaunchOptions> {
  const installed = [chromium.executablePath(), ...SYSTEM].find((path) => path !== "" && existsSync(path));
  return installed ? { executablePath: installed, args: ARGS } : packagedBrowser();
}

/**
 * Unpacks Chromium from the npm package @sparticuz/chromium for Linux, with system libraries and fonts that a bare
 * machine may lack. This function unpacks once, into a folder of its own. By default the package would use the system's
 * temporary folder, share that folder with every other user, and change its permissions.
 */
async function packagedBrowser(): Promise<BrowserLaunchOptions> {
  const { version } = JSON.parse(readFileSync("node_modules/@sparticuz/chromium/package.json", "utf8")) as {
    version: string;
  };
  const folder = resolve("node_modules/.cache/chromium", version);
  if (!existsSync(folder)) await unpack(folder);
  const libraries = [join(folder, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    executablePath: join(folder, "chromium"),
    args: [...ARGS.filter((arg) => arg !== "--no-sandbox"), "--no-sandbox"],
    env: { ...inherited, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(folder, "fonts") },
  };
}

async function unpack(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const { default: packaged } = await import("@sparticuz/chromium");
  // With this environment variable the package also unpacks the system libraries.
  await withVariables({ TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: "nodejs22.x" }, () => packaged.executablePath());
  writeFileSync(
    join(draft, "fonts/fonts.conf"),
    '<?xml version="1.0"?>\n' +
      `<fontconfig><dir>${join(folder, "fonts")}</dir><dir>/usr/share/fonts</dir>` +
      `<cachedir>${join(folder, "fonts-cache")}</cachedir></fontconfig>\n`,
  );
  try {
    renameSync(draft, folder);
  } catch (error) {
    // another test run has unpacked the browser in the meantime
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Runs `work` with these environment variables, then restores their earlier values. */
async function withVariables<T>(variables: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}
