import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { callProcedure, expect, test, type ProcedureCaller } from "./fixtures";

/*
 * An answer can arrive late: after a live message has loaded the page's data again, or after the person has gone on.
 * The tests hold the answer of one call back until then.
 */

/** Lets the server answer calls of this procedure, and holds the answers back until the returned function is called. */
async function holdAnswers(page: Page, procedure: string): Promise<() => void> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(new RegExp(`/api/trpc/[^?]*${procedure.replace(".", "\\.")}`), async (route) => {
    const response = await route.fetch();
    await released;
    await route.fulfill({ response });
  });
  return release;
}

/** Makes all data of the page old, and shows the page again, so that it loads its data again. */
async function returnToPage(page: Page): Promise<void> {
  await page.clock.fastForward(60_000);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
}

/** Creates a project of the test's own, and returns a function that calls procedures with its id. */
async function makeProject(page: Page): Promise<{ url: string; call: ProcedureCaller }> {
  const { id } = await callProcedure<{ id: string }>(page.request, "project.create", { name: `Held ${randomUUID()}` });
  return {
    url: `/projects/${id}`,
    call: (procedure, input) => callProcedure(page.request, procedure, { projectId: id, ...input }),
  };
}

for (const kind of ["trigger", "action"] as const)
  test(`a save of the form of the ${kind} within the round trip of the switch above it is no conflict`, async ({
    admin: page,
    projectUrl,
    namedTrigger,
    call,
  }) => {
    const { name, triggerId, actionId } = await namedTrigger("Together");
    const id = kind === "trigger" ? triggerId : actionId;
    await call(`${kind}.setEnabled`, { [`${kind}Id`]: id, enabled: false });
    await page.goto(`${projectUrl}/${kind}s/${id}?tab=configuration`);
    const form = page.getByRole("form", { name: kind === "trigger" ? "Trigger" : "Action" });
    const inHeader = page.getByRole("switch", { name: `${name} is on` });
    const release = await holdAnswers(page, `${kind}.setEnabled`);
    await inHeader.click();
    await form.getByRole("textbox", { name: "Name" }).fill(`${name} saved`);
    await form.getByRole("button", { name: "Save" }).click();
    // A live message has loaded the switch's version, before the switch has its own answer.
    await expect(page.getByText("Version 3", { exact: false }).first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Keep mine" })).toHaveCount(0);
    release();
    await expect(page.getByRole("heading", { level: 1, name: `${name} saved` })).toBeVisible();
    await expect(page.getByRole("button", { name: "Keep mine" })).toHaveCount(0);
    await expect(inHeader.or(page.getByRole("switch", { name: `${name} saved is on` }))).toBeChecked();
  });

test("a deletion leads to the list and offers Undo, also if the page has missed its trigger before the answer", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name, triggerId } = await namedTrigger("Gone");
  await page.goto(`${projectUrl}/triggers/${triggerId}`);
  const release = await holdAnswers(page, "trigger.remove");
  await page.getByRole("button", { name: `More about ${name}` }).click();
  await page.getByRole("menuitem", { name: /Delete/ }).click();
  const missed = page.waitForResponse(/\/api\/trpc\/[^?]*trigger\.get/);
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete trigger" }).click();
  await missed;
  release();
  await expect(page).toHaveURL(/\/triggers$/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(`${name} is back`)).toBeVisible();
});

test("a copy that is ready after the person has gone to another page does not take the person away", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name, triggerId } = await namedTrigger("Copied");
  await page.goto(`${projectUrl}/triggers/${triggerId}`);
  const release = await holdAnswers(page, "trigger.duplicate");
  await page.getByRole("button", { name: `More about ${name}` }).click();
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Observations" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Observations" })).toBeVisible();
  release();
  await expect(page.getByText("Trigger duplicated")).toBeVisible();
  await expect(page).toHaveURL(/\/observations$/);
});

test("a secret that is shown once stays when the page loads its data again", async ({ admin: page, receiver }) => {
  const { url } = await makeProject(page);
  await page.clock.install();
  await page.goto(`${url}/settings`);
  await page.getByRole("textbox", { name: "Address of the webhook" }).fill(receiver.url("200", "operations"));
  await page.getByRole("button", { name: "Set address" }).click();
  const secret = page.getByRole("dialog", { name: "Copy your signing secret" });
  await expect(secret).toBeVisible();
  const loaded = page.waitForResponse(/operationalWebhook\.get/);
  await returnToPage(page);
  await loaded;
  await expect(page.getByRole("button", { name: "Save address", includeHidden: true })).toHaveCount(1);
  await expect(secret.getByLabel("Signing secret")).toContainText("whsec_");
});

test("an event key that the setup made stays in its lines after the first delivery", async ({
  admin: page,
  receiver,
  agreed,
}) => {
  const { url, call } = await makeProject(page);
  await page.goto(url);
  await page.getByRole("button", { name: "Create an event key and fill it in" }).click();
  const lines = page.getByRole("main").locator("pre").first();
  await expect(lines).toContainText("tsk_");
  const key = /tsk_[\w-]+/.exec((await lines.textContent())!)![0];
  const configuration = { url: receiver.url("200", "setup"), headers: [] };
  const action = await call<{ id: string }>("action.create", { name: "Setup", type: "webhook", configuration });
  const children = [{ type: "condition", column: "name", operator: "=", value: "setup" }];
  const filter = { type: "group", match: "all", children };
  await call("trigger.create", {
    ...{ name: "Setup", eventSource: "observation.created", filter, actionIds: [action.id] },
  });
  const sent = await page.request.post(`${agreed.url}/e/${key}`, {
    data: { name: "observation.created", data: { observation: { id: randomUUID(), name: "setup" } } },
  });
  expect(sent.status()).toBe(200);
  await expect(page.getByText("Your first delivery arrived.")).toBeVisible();
  await expect(lines).toContainText(key);
  await expect(page.getByText("4 of 4 steps done.")).toBeVisible();
});

test("redaction rules that a person edits stay when somebody else saves other rules", async ({ admin: page }) => {
  const { url, call } = await makeProject(page);
  await page.clock.install();
  await page.goto(`${url}/settings/redaction`);
  await page.getByRole("button", { name: "Add rule" }).click();
  await expect(page.getByText("You have unsaved changes.")).toBeVisible();
  const { version } = await call<{ version: number }>("redaction.set", {
    ...{ rules: ["drop", "mask"].map((action) => ({ find: "email", action })), expectedVersion: 0 },
  });
  expect(version).toBe(1);
  const loaded = page.waitForResponse(/redaction\.get/);
  await returnToPage(page);
  await loaded;
  await page.getByRole("button", { name: "Save rules" }).click();
  await expect(page.getByText("The rules were not saved")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByText("You have unsaved changes.")).toHaveCount(0);
  await expect(page.getByRole("main").locator("ol > li")).toHaveCount(2);
});

test("a typed invitation stays when a reload of the members fails", async ({ admin: page }) => {
  const { url } = await makeProject(page);
  await page.clock.install();
  await page.goto(`${url}/settings/members`);
  await page.getByRole("button", { name: "Invite" }).click();
  const email = page.getByRole("dialog").getByRole("textbox", { name: "Email" });
  await email.fill("ada@example.com");
  let failures = 0;
  await page.route(/\/api\/trpc\/[^?]*member\.list/, async (route) => {
    failures++;
    await route.fulfill({ status: 500, body: "a proxy's page" });
  });
  await returnToPage(page);
  // The query fails for good after three tries. The clock skips the pauses between them.
  await expect
    .poll(async () => {
      await page.clock.fastForward(5_000);
      return failures;
    })
    .toBeGreaterThanOrEqual(3);
  await page.clock.fastForward(5_000);
  await expect(email).toHaveValue("ada@example.com");
});

test("a click on a link shows at once that its page loads", async ({ admin: page, projectUrl }) => {
  await page.goto(`${projectUrl}/triggers`);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/observations\?.*_rsc/, async (route) => {
    await released;
    await route.continue();
  });
  const bar = page.getByRole("progressbar", { name: "The page loads" });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Observations" }).click();
  await expect(bar).toBeVisible();
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Observations" })).toBeVisible();
  await expect(bar).toHaveCount(0);
});
