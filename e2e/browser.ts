import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

/** Chromium as the tests start it. */
export type Browser = { executablePath: string; args: string[] };

const isRoot = process.getuid?.() === 0;
/** No calls home, no sandbox where root could not have one. */
const ARGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu", ...(isRoot ? ["--no-sandbox"] : [])];

/** The package's arguments for functions in the cloud: with one process, closing a context ends the browser. */
const UNWANTED = /^--(headless|single-process|no-zygote)/;

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

/** Playwright's own browser, one of the system, or the one that comes as an npm package: the first there is. */
export async function findBrowser(): Promise<Browser> {
  const installed = [chromium.executablePath(), ...SYSTEM].find((path) => path !== "" && existsSync(path));
  return installed ? { executablePath: installed, args: ARGS } : packagedBrowser();
}

/** For Linux. With this variable set it unpacks the system libraries it needs, which a bare machine may lack. */
async function packagedBrowser(): Promise<Browser> {
  const before = process.env.AWS_LAMBDA_JS_RUNTIME;
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x";
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    return { executablePath: await packaged.executablePath(), args: [...packaged.args.filter((arg) => !UNWANTED.test(arg)), ...ARGS] };
  } finally {
    if (before === undefined) delete process.env.AWS_LAMBDA_JS_RUNTIME;
    else process.env.AWS_LAMBDA_JS_RUNTIME = before;
  }
}
