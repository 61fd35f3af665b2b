import type { Page, Request } from "@playwright/test";
import { addActionInTriggerForm, expect, openCommandMenu, test } from "./fixtures";

/** Counts the requests with which the page creates a trigger. */
function countCreates(page: Page): () => number {
  let count = 0;
  page.on("request", (request: Request) => {
    if (request.method() === "POST" && request.url().includes("/api/trpc/trigger.create")) count++;
  });
  return () => count;
}

async function fillNewTrigger(page: Page, projectUrl: string, name: string): Promise<void> {
  await page.goto(`${projectUrl}/triggers/new`);
  await page.getByRole("textbox", { name: "Name" }).fill(`${name} again`);
  await addActionInTriggerForm(page, name);
  // The trigger has no filter, so it stays off: it would fire for the observations of every other test.
  await page.getByRole("switch", { name: "On", exact: true }).click();
}

const create = (page: Page) => page.getByRole("button", { name: "Create trigger" });

test("a save that fails says so beside its button, keeps the form, and works afterwards", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name } = await namedTrigger("Fails");
  const creates = countCreates(page);
  await fillNewTrigger(page, projectUrl, name);
  await page.route("**/api/trpc/trigger.create*", (route) => route.fulfill({ status: 500, body: "a proxy's page" }));
  await page.keyboard.press("ControlOrMeta+s");
  const alert = page.getByRole("form", { name: "Trigger" }).getByRole("alert");
  await expect(alert).toContainText("The server does not answer");
  await expect(alert).toBeInViewport();
  await page.unroute("**/api/trpc/trigger.create*");

  await page.context().setOffline(true);
  await create(page).click();
  await expect(alert).toContainText("The server does not answer");
  await page.context().setOffline(false);
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(`${name} again`);
  await create(page).dblclick();
  await expect(page.getByRole("heading", { level: 1, name: `${name} again` })).toBeVisible();
  // One request got the 500, one failed offline, and one created the trigger.
  expect(creates()).toBe(3);
});

test("a second click creates no second trigger while the next page loads slowly; Back then leads to the list", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name } = await namedTrigger("Slow");
  const creates = countCreates(page);
  await page.goto(`${projectUrl}/triggers`);
  await fillNewTrigger(page, projectUrl, name);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = page.waitForRequest(/\/triggers\/trg_[^?]*\?.*_rsc/);
  await page.route(/\/triggers\/trg_[^?]*\?.*_rsc/, async (route) => {
    await released;
    await route.continue();
  });
  await create(page).click();
  await held;
  await expect(create(page)).toHaveAttribute("aria-busy", "true");
  // Playwright does not click a control with aria-disabled by itself, as a person can.
  await create(page).click({ force: true });
  await page.keyboard.press("ControlOrMeta+s");
  release();
  await expect(page.getByRole("heading", { level: 1, name: `${name} again` })).toBeVisible();
  expect(creates()).toBe(1);
  await page.goBack();
  await expect(page).toHaveURL(/\/triggers$/);
});

test("a double click on a button that writes sends one request", async ({ admin: page, projectUrl, namedTrigger }) => {
  const { actionId, triggerId, name } = await namedTrigger("Double");
  const sent: string[] = [];
  page.on("request", (request) => {
    const procedure = /\/api\/trpc\/(action\.sendTest|trigger\.remove)/.exec(request.url())?.[1];
    if (procedure) sent.push(procedure);
  });
  await page.goto(`${projectUrl}/actions/${actionId}?tab=configuration`);
  await page.getByRole("button", { name: "Send a test" }).dblclick();
  await expect(page.getByText("200", { exact: true }).first()).toBeVisible();
  await page.goto(`${projectUrl}/triggers/${triggerId}`);
  await page.getByRole("button", { name: `More about ${name}` }).click();
  await page.getByRole("menuitem", { name: /Delete/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete trigger" }).dblclick();
  await expect(page.getByText(`${name} was deleted`)).toBeVisible();
  expect(sent).toEqual(["action.sendTest", "trigger.remove"]);
});

test("a double click on a resend, a switch, a token, an invitation or a backfill sends one request", async ({
  admin: page,
  projectUrl,
  namedTrigger,
  application,
  call,
}) => {
  const { actionId, triggerId, name, path } = await namedTrigger("Twice");
  const sent = new Map<string, number>();
  page.on("request", (request) => {
    if (request.method() !== "POST") return;
    for (const procedure of new URL(request.url()).pathname.replace("/api/trpc/", "").split(","))
      sent.set(procedure, (sent.get(procedure) ?? 0) + 1);
  });
  await application.send({ id: path, name });
  const list = `${projectUrl}/executions?trigger=${triggerId}`;
  await page.goto(list);
  await page.locator("[data-row-link]").first().click();
  const panel = page.getByRole("dialog").first();
  await panel.getByRole("button", { name: "Resend" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resend" }).dblclick();
  await expect(page.getByText("Sending it again")).toBeVisible();

  await call("action.setPaused", { actionId, paused: true });
  await application.send({ id: `${path}-waits`, name });
  await page.goto(`${list}&status=PAUSED`);
  await page.locator("[data-row-link]").first().click();
  await panel.getByRole("button", { name: "Send now" }).dblclick();
  await expect(page.getByText("Sending it now")).toBeVisible();

  await page.goto(`${projectUrl}/actions/${actionId}`);
  await page.getByRole("switch", { name: `${name} is on` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: /off/i }).dblclick();
  await expect(page.getByText(`${name} is off`)).toBeVisible();

  await page.goto(`${projectUrl}/settings/api-tokens`);
  await page.getByRole("button", { name: "Create token" }).first().click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Create token" }).dblclick();
  await expect(page.getByRole("dialog", { name: "Copy your api token" })).toBeVisible();

  await page.goto(`${projectUrl}/settings/members`);
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Email" }).fill(`${path}@example.com`.toLowerCase());
  await page.getByRole("dialog").getByRole("button", { name: "Make link" }).dblclick();
  await expect(page.getByRole("dialog", { name: /^An invitation for/ })).toBeVisible();

  await page.goto(`${projectUrl}/triggers/${triggerId}?tab=backfill`);
  await page.getByRole("button", { name: "Count first" }).dblclick();
  await page.getByRole("button", { name: "Start…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Start backfill" }).dblclick();
  await expect(page.getByText("Backfill started")).toBeVisible();
  const procedures = ["execution.resend", "execution.sendNow", "action.setEnabled", "token.create"];
  for (const procedure of [...procedures, "accessLink.invite", "backfill.start"])
    expect(`${procedure}: ${sent.get(procedure)}`).toBe(`${procedure}: 1`);
});

test("a session that ends under a form leaves the form open, and a new session saves the form", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name } = await namedTrigger("Session");
  await fillNewTrigger(page, projectUrl, name);
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await create(page).click();
  const ended = page.getByRole("alert").filter({ hasText: "Your session has ended" });
  await expect(ended.getByRole("link", { name: "Sign in in another tab" })).toBeVisible();
  await expect(page).toHaveURL(/\/triggers\/new$/);
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(`${name} again`);
  await page.context().addCookies(cookies);
  await create(page).click();
  await expect(page.getByRole("heading", { level: 1, name: `${name} again` })).toBeVisible();
  await expect(ended).toHaveCount(0);
});

test("Back, Forward and a command ask before a form loses its changes", async ({ admin: page, projectUrl }) => {
  await page.goto(`${projectUrl}/triggers`);
  await page.getByRole("link", { name: "New trigger" }).click();
  await expect(page).toHaveURL(/\/triggers\/new$/);
  const field = page.getByRole("textbox", { name: "Name" });
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await page.getByRole("navigation").getByRole("link", { name: "Observations" }).click();
  await expect(page).toHaveURL(/\/observations$/);
  await page.goBack();
  await field.fill("Not saved");

  const ways: Record<string, () => Promise<void>> = {
    back: () => page.evaluate(() => window.history.back()),
    forward: () => page.evaluate(() => window.history.forward()),
    command: async () => {
      await openCommandMenu(page);
      await page
        .getByRole("option", { name: /^Actions/ })
        .first()
        .click();
    },
  };
  for (const [way, leave] of Object.entries(ways))
    await test.step(way, async () => {
      await leave();
      await question.getByRole("button", { name: "Cancel" }).click();
      await expect(question).toBeHidden();
      await expect(page).toHaveURL(/\/triggers\/new$/);
      await expect(field).toHaveValue("Not saved");
    });
  await ways.back!();
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/triggers$/);
});

test("a person who leaves during a save stays on the chosen page after the save", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name } = await namedTrigger("Left");
  await page.goto(`${projectUrl}/triggers`);
  await page.getByRole("link", { name: "New trigger" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(`${name} again`);
  await addActionInTriggerForm(page, name);
  await page.getByRole("switch", { name: "On", exact: true }).click();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/trpc/trigger.create*", async (route) => {
    await released;
    await route.continue();
  });
  await create(page).click();
  await page.evaluate(() => window.history.back());
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/triggers$/);
  release();
  await expect(page.getByText("Trigger created")).toBeVisible();
  await expect(page).toHaveURL(/\/triggers$/);
});

test("a dialog keeps a typed name when the server fails and when the session ends", async ({
  admin: page,
  projectUrl,
}) => {
  await page.goto(`${projectUrl}/settings`);
  await page.getByRole("link", { name: "Event keys" }).click();
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create an event key" });
  const field = dialog.getByRole("textbox", { name: "Name" });
  await field.fill("Unlucky");
  await page.route("**/api/trpc/eventKey.create*", (route) => route.fulfill({ status: 500, body: "a proxy's page" }));
  const submit = dialog.getByRole("button", { name: "Create key" });
  await submit.click();
  await expect(dialog.getByRole("alert")).toContainText("The server does not answer");
  await page.unroute("**/api/trpc/eventKey.create*");

  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await submit.click();
  const ended = dialog.getByRole("alert").filter({ hasText: "Your session has ended" });
  await expect(ended.getByRole("link", { name: "Sign in in another tab" })).toBeVisible();
  await expect(field).toHaveValue("Unlucky");
  await page.context().addCookies(cookies);
  await submit.dblclick();

  // The key is shown once, so Back asks before the key is lost.
  const secret = page.getByRole("dialog", { name: "Copy your event key" });
  await expect(secret).toBeVisible();
  await expect(ended).toHaveCount(0);
  await page.evaluate(() => window.history.back());
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await expect(question).toContainText("Nobody can see what this dialog shows again.");
  await question.getByRole("button", { name: "Cancel" }).click();
  await secret.getByRole("checkbox").click();
  await secret.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("cell", { name: "Unlucky" })).toHaveCount(1);
});

test("a save of the form does not undo a switch in the header after an earlier save of the status", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name, triggerId } = await namedTrigger("Switched");
  await page.goto(`${projectUrl}/triggers/${triggerId}?tab=configuration`);
  const form = page.getByRole("form", { name: "Trigger" });
  const inHeader = page.getByRole("switch", { name: `${name} is on` });
  const save = async () => {
    const saved = page.waitForResponse(/\/api\/trpc\/trigger\.update/);
    await form.getByRole("button", { name: "Save" }).click();
    expect((await saved).status()).toBe(200);
  };
  await form.getByRole("switch", { name: "On", exact: true }).click();
  await save();
  await expect(inHeader).not.toBeChecked();
  await inHeader.click();
  await expect(page.getByText(`${name} is on`)).toBeVisible();
  await form.getByRole("textbox", { name: "Description" }).fill("Saved after the switch.");
  await save();
  await page.reload();
  await expect(form.getByRole("textbox", { name: "Description" })).toHaveValue("Saved after the switch.");
  await expect(inHeader).toBeChecked();
});
