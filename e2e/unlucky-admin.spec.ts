import type { Page, Request } from "@playwright/test";
import { chooseAction, expect, makeTrigger, test } from "./fixtures";

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
  const { name } = await namedTrigger("Slow page");
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

test("a name that is HTML, or that runs from right to left, is text and keeps its place", async ({
  admin: page,
  projectUrl,
  application,
  call,
  receiver,
}) => {
  const id = `odd-${Date.now()}`;
  const word = `<img src=x onerror="document.title='run'">`;
  const names = [`${word} ${id}`, `مراقبة الأخطاء 12 ${id}`, `${"🙂".repeat(20)}${"x".repeat(60)}${id}`];
  for (const name of names) await makeTrigger(call, { name, url: receiver.url("200", id) });
  await application.send(...names.map((name, index) => ({ id: `${id}-${index}`, name })));
  for (const [index, name] of names.entries()) {
    await page.goto(`${projectUrl}/executions?q=${id}-${index}`);
    await page.getByRole("row").filter({ hasText: name }).getByRole("link").click();
    const title = page.getByRole("dialog").getByRole("heading", { level: 2 });
    await expect(title).toContainText(`${name} → ${name}`);
    const [from, to] = await title
      .locator("bdi")
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect()));
    expect(from!.left < to!.left || from!.top < to!.top).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await expect(page).not.toHaveTitle("run");
  }
});
