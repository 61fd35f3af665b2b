import { expect, expectAccessible, test } from "./fixtures";

test("the keyboard pastes, extends, reorders, collapses, undoes and saves a filter of thirty conditions", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { name } = await namedTrigger("Thirty");
  const condition = (index: number) => ({
    ...{ type: "condition", column: "metadata", key: `step ${index}` },
    ...{ operator: "=", value: `value ${index}` },
  });
  const children = [
    ...Array.from({ length: 24 }, (_, index) => condition(index)),
    { type: "group", match: "any", children: Array.from({ length: 5 }, (_, index) => condition(24 + index)) },
  ];
  const { keyboard } = page;
  await page.goto(`${projectUrl}/triggers/new`);
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await keyboard.type(`${name} by keyboard`);

  await page.getByRole("button", { name: "Paste a filter" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Paste a filter" });
  await expect(dialog.getByRole("textbox", { name: "Filter as JSON" })).toBeFocused();
  await keyboard.insertText(JSON.stringify({ type: "group", match: "all", children }));
  await dialog.getByRole("button", { name: "Use this filter" }).press("Enter");
  const last = page.getByRole("group", { name: "and group 25" });
  await expect(last.getByRole("group")).toHaveCount(5);
  // Each condition takes one line. A form with 30 conditions once was 5,000 px high.
  expect(await page.getByRole("main").evaluate((main) => main.scrollHeight)).toBeLessThan(2_600);

  // Enter in a value field adds the thirtieth condition below. Alt with the up arrow then moves that condition up.
  const near = page.getByRole("group", { name: "and condition 24" });
  await near.getByRole("combobox", { name: /^Value of/ }).press("Enter");
  const thirtieth = page.getByRole("group", { name: "and condition 25" });
  await expect(thirtieth.getByRole("combobox", { name: "Column" })).toBeFocused();
  await keyboard.press("Alt+ArrowUp");
  await expect(near.getByRole("combobox", { name: "Column" })).toBeFocused();
  await keyboard.press("ControlOrMeta+z");
  await keyboard.press("ControlOrMeta+z");
  await expect(page.getByRole("group", { name: "and group 25" })).toBeVisible();

  // The median is only printed. A component test of the form guarantees that a keystroke renders one row.
  const value = near.getByRole("combobox", { name: /^Value of/ });
  await value.focus();
  await page.evaluate(() => {
    const durations: number[] = [];
    Object.assign(window, { durations });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === "keydown") durations.push(duration);
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  await keyboard.press("End");
  await keyboard.type(" and some more words", { delay: 30 });
  const durations = await page.evaluate(() => (window as unknown as { durations: number[] }).durations);
  const median = durations.toSorted((left, right) => left - right)[Math.floor(durations.length / 2)] ?? 0;
  console.log(`a keystroke in 30 conditions takes ${median} ms`);
  await expect(value).toHaveValue("value 23 and some more words");
  await keyboard.press("Escape");
  await expect(value).toHaveValue("value 23 and some more words");

  await last.getByRole("button", { name: "Collapse group" }).press("Enter");
  await expect(last.getByRole("group")).toHaveCount(0);
  await expectAccessible(page);

  const picker = page.getByRole("combobox", { name: "Add an action" });
  await picker.press("Enter");
  await keyboard.type(name);
  await expect(page.getByRole("option", { name })).toHaveCount(1);
  await keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Chosen actions" })).toContainText(name);
  await page.getByRole("button", { name: "Create trigger" }).press("Enter");
  await expect(page).toHaveURL(/\/triggers\/trg_/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`${name} by keyboard`);
});
