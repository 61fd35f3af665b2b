import { expect as expectInTime, type Page } from "@playwright/test";

/** The steps are measured by their tasks, so a busy machine may take long for each. */
const expect = expectInTime.configure({ timeout: 60_000 });

/**
 * The longest main-thread task of each step that a person does, in ms. Browsers report only tasks of at least 50 ms.
 */
export type LongestTasks = Record<string, number>;

type Watched = { longTasks: number[] };

/**
 * Opens the list of executions and measures each step of a person: opening a panel, the next rows, further pages, a
 * status, a search. The project needs at least 250 executions.
 */
export async function measureLongTasks(page: Page, path: string): Promise<LongestTasks> {
  await page.addInitScript(() => {
    const watched = window as unknown as Watched;
    watched.longTasks = [];
    new PerformanceObserver((list) =>
      watched.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: "longtask", buffered: true });
  });
  const longest: LongestTasks = {};
  const step = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    await act();
    longest[name] = await longestUntilNow(page);
  };
  // Locators by role or text compute names of all rows in the page itself, which would be the longest task of a step.
  const rows = page.locator("[data-row-link]");
  const panel = page.locator("[role=tablist][aria-label=Details]");
  await step("load", async () => {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await expect(rows.first()).toBeVisible();
  });
  await step("open a panel", async () => {
    await rows.first().click();
    await expect(panel).toBeVisible();
  });
  await step("the next 20 rows", async () => {
    for (let row = 0; row < 20; row++) await page.keyboard.press("j");
    await expect(panel).toBeVisible();
  });
  await step("close the panel", async () => {
    await page.keyboard.press("Escape");
    await expect(panel).toBeHidden();
  });
  await step("four further pages", async () => {
    for (let shown = 100; shown <= 250; shown += 50) {
      await page.locator("button", { hasText: "Load more" }).click();
      await expect(rows).toHaveCount(shown);
    }
  });
  await step("one status", async () => {
    await page.locator("[aria-label=Status] button", { hasText: "Delivered" }).click();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await page.waitForLoadState("networkidle");
  });
  await step("a search", async () => {
    await page.locator("[role=combobox][aria-label='Search executions']").pressSequentially("obs-1");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=obs-1/);
    await page.waitForLoadState("networkidle");
  });
  return longest;
}

/** Returns the longest task since the last call, in ms; 0 if no task took 50 ms. */
const longestUntilNow = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    // The browser reports a long task only after the next paint.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return Math.max(0, ...(window as unknown as Watched).longTasks.splice(0));
  });
