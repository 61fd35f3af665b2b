import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { ensureBuild } from "../src/cli/prepare/build.mjs";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { applyMigrations } from "@/server/db/migrate";
import { createTestContext } from "@/test/context";
import { makeProject } from "@/test/factories";
import { makeUser, TEST_PASSWORD } from "@/test/people";
import { startReceiver } from "@/test/receiver";
import { seedWorld, type SeededWorld } from "@/test/seeded-world/world";
import { startApp } from "./app";
import { makeAxe } from "./axe";
import { findBrowserLaunchOptions } from "./browser";

/*
 * `npm run screenshots` takes pictures of every page with seeded data, into the folder screenshots/. The environment
 * variable WIDTHS lists the widths in px (default 390,1440). SCHEMES lists the colour schemes (default light,dark).
 * PAGES keeps only pages whose name contains its text. AXE=1 also checks accessibility, and exits with code 1 if it
 * finds a problem.
 */

const FOLDER = "screenshots";
const widths = (process.env.WIDTHS ?? "390,1440").split(",").map(Number);
const schemes = (process.env.SCHEMES ?? "light,dark").split(",") as ("light" | "dark")[];
const only = process.env.PAGES ?? "";
let findings = 0;
const EMAIL = "vera.lindqvist@example.com";

await ensureBuild();
const postgres = await startThrowawayPostgres();
await applyMigrations(postgres.connectionString);
const receiver = await startReceiver();
const key = randomBytes(32).toString("base64");
const db = createDatabase(postgres.connectionString, 4);
const ctx = { ...createTestContext(db, { allowedHosts: receiver.allowedHosts }), cipher: createCipher([key]) };
const { id: projectId } = await makeProject(ctx, { name: "Support assistant" });
const user = await makeUser(ctx, { [projectId]: "owner" }, EMAIL);
console.log("Making three weeks of history …");
const world = await seedWorld(ctx, receiver, { user, projectId });
const app = await startApp({
  port: await findFreePort(),
  dataDir: join("test-results", "screenshots-data"),
  logName: "screenshots.log",
  env: {
    DATABASE_URL: postgres.connectionString,
    ENCRYPTION_KEY: key,
    WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(","),
    LOG_LEVEL: "warn",
  },
});
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
const browser = await chromium.launch(await findBrowserLaunchOptions());
for (const colorScheme of schemes) {
  for (const width of widths) {
    const context = await browser.newContext({
      baseURL: app.url,
      colorScheme,
      viewport: { width, height: 900 },
      reducedMotion: "reduce",
      timezoneId: "America/Los_Angeles",
    });
    const page = await context.newPage();
    await page.goto("/sign-in");
    await picture(page, `sign-in-${width}-${colorScheme}`);
    await page.getByLabel("Email").fill(EMAIL);
    await page.getByLabel("Password", { exact: true }).fill(TEST_PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/projects\//);
    for (const [name, path] of Object.entries(pagesOf(projectId, world))) {
      if (!name.includes(only)) continue;
      await page.goto(path);
      await picture(page, `${name}-${width}-${colorScheme}`);
    }
    await context.close();
  }
}
await browser.close();
await app.stop();
await ctx.close();
await db.$disconnect();
await receiver.close();
await postgres.stop();
console.log(`The pictures are in ${FOLDER}/.`);
if (findings > 0) process.exitCode = 1;

function pagesOf(
  id: string,
  { triggerId, actionId, executionIds, observationId }: SeededWorld,
): Record<string, string> {
  const project = `/projects/${id}`;
  const settings = "event-keys sources model-prices redaction api-tokens members rejected-events engine audit".split(
    " ",
  );
  return {
    overview: project,
    executions: `${project}/executions`,
    ...Object.fromEntries(
      Object.entries(executionIds).map(([status, execution]) => [
        `execution-${status.toLowerCase()}`,
        `${project}/executions/${execution}`,
      ]),
    ),
    "execution-page": `${project}/executions/${executionIds["ERROR"]}/page`,
    decisions: `${project}/executions/decisions`,
    triggers: `${project}/triggers?sort=fired`,
    drafts: `${project}/drafts`,
    trigger: `${project}/triggers/${triggerId}`,
    "trigger-configuration": `${project}/triggers/${triggerId}?tab=configuration`,
    "trigger-new": `${project}/triggers/new`,
    actions: `${project}/actions`,
    action: `${project}/actions/${actionId}`,
    "action-configuration": `${project}/actions/${actionId}?tab=configuration`,
    "action-new": `${project}/actions/new`,
    observations: `${project}/observations`,
    observation: `${project}/observations/${encodeURIComponent(observationId)}`,
    "observation-triggers": `${project}/observations/${encodeURIComponent(observationId)}?tab=triggers`,
    "trigger-like": `${project}/triggers/new?like=${encodeURIComponent(observationId)}`,
    "test-endpoint": `${project}/test-endpoint`,
    settings: `${project}/settings`,
    ...Object.fromEntries(settings.map((name) => [`settings-${name}`, `${project}/settings/${name}`])),
    account: "/account",
    projects: "/projects",
  };
}

/** Takes a picture of the whole page, after hydration and once no placeholder and no request is left. */
async function picture(page: Page, name: string): Promise<void> {
  await page.waitForLoadState("load");
  await page.waitForFunction(() =>
    Object.keys(document.body.firstElementChild ?? {}).some((key) => /^__react/.test(key)),
  );
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector("[data-skeleton], [aria-busy=true]") === null, undefined, {
    timeout: 60_000,
  });
  if (process.env.AXE) {
    const { violations } = await makeAxe(page).analyze();
    findings += violations.length;
    for (const { id, nodes } of violations)
      console.log(`${name}: ${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
}
