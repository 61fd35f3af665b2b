import { defineConfig } from "@playwright/test";
import { findBrowserLaunchOptions } from "./e2e/browser";
import { getRunSettings } from "./e2e/settings";

const { url } = await getRunSettings();
const launchOptions = await findBrowserLaunchOptions();

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/e2e",
  globalSetup: "./e2e/global-setup.ts",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  // These limits only end a test that hangs. A busy machine is ten times slower, and its tests must still pass.
  timeout: 480_000,
  expect: { timeout: 60_000 },
  use: {
    baseURL: url,
    launchOptions,
    contextOptions: { reducedMotion: "reduce" },
    // A trace films every page, which takes a fifth of the tests' time. `npm run test:e2e -- --trace=on` makes traces.
    trace: "off",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
    { name: "narrow", use: { viewport: { width: 390, height: 844 }, hasTouch: true }, grep: /@narrow/ },
  ],
});
