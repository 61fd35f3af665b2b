import { join } from "node:path";
import { chromium } from "@playwright/test";
import { startApp } from "../../e2e/app";
import { findBrowserLaunchOptions } from "../../e2e/browser";
import { measureLongTasks, type LongestTasks } from "../../e2e/long-tasks";
import { ensureBuild } from "../cli/prepare/build.mjs";
import { findFreePort } from "@/server/db/embedded/postmaster";
import type { TestContext } from "@/test/context";
import { makeUser, TEST_PASSWORD } from "@/test/people";

/** Other load of the machine only lengthens a task, so the best of this many rounds counts. */
const ROUNDS = 3;
const EMAIL = "bench@example.com";

/**
 * Opens the list of executions of the built program in a browser and uses it.
 * @returns the longest main-thread task of each step, in ms
 */
export async function measureExecutionPages(
  base: TestContext,
  {
    connectionString,
    encryptionKey,
    projectId,
  }: { connectionString: string; encryptionKey: string; projectId: string },
): Promise<LongestTasks> {
  await ensureBuild();
  await makeUser(base, { [projectId]: "owner" }, EMAIL);
  // The actions are paused, so that no waiting execution is sent.
  await base.db.actionConfiguration.updateMany({ data: { pausedAt: base.now(), pausedByLabel: "bench" } });
  const app = await startApp({
    port: await findFreePort(),
    dataDir: join("test-results", "history-data"),
    logName: "history.log",
    env: { DATABASE_URL: connectionString, ENCRYPTION_KEY: encryptionKey, LOG_LEVEL: "warn" },
  });
  try {
    return await measureInBrowser(app.url, projectId);
  } finally {
    await app.stop();
  }
}

async function measureInBrowser(baseURL: string, projectId: string): Promise<LongestTasks> {
  const browser = await chromium.launch(await findBrowserLaunchOptions());
  try {
    const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } });
    const signedIn = await context.request.post("/api/auth/sign-in/email", {
      data: { email: EMAIL, password: TEST_PASSWORD },
      headers: { origin: baseURL },
    });
    if (!signedIn.ok()) throw new Error(`The bench cannot sign in: ${await signedIn.text()}`);
    let best: LongestTasks | null = null;
    for (let round = 0; round < ROUNDS; round++) {
      const page = await context.newPage();
      best = lower(best, await measureLongTasks(page, `/projects/${projectId}/executions`));
      await page.close();
    }
    return best ?? {};
  } finally {
    await browser.close();
  }
}

const lower = (best: LongestTasks | null, next: LongestTasks): LongestTasks =>
  Object.fromEntries(Object.entries(next).map(([step, ms]) => [step, Math.round(Math.min(ms, best?.[step] ?? ms))]));
