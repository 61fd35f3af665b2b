import type { Page, Request } from "@playwright/test";
import { chooseAction, expect, test } from "./fixtures";

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
  await chooseAction(page, name);
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

test("a second click creates no second trigger while the next page loads slowly", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name } = await namedTrigger("Slow");
  const creates = countCreates(page);
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
