import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { addActionInTriggerForm, expect, expectAccessible, test } from "./fixtures";

/** Presses Tab (or Shift+Tab) until the element has the focus. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The focus does not get to ${String(target)}.`);
}

/** Opens the list of the focused control, types a text, and chooses the matching option. */
async function chooseByKeyboard(page: Page, search: string, option: string): Promise<void> {
  await page.keyboard.press("Enter");
  // The field gets the focus a moment after it becomes visible.
  await expect(page.getByPlaceholder("Search columns…")).toBeFocused();
  await page.keyboard.type(search);
  await expect(page.getByRole("option").first()).toHaveText(new RegExp(`^${option}`));
  await page.keyboard.press("Enter");
}

async function newAction(
  page: Page,
  { projectUrl, url, name }: { projectUrl: string; url: string; name: string },
): Promise<void> {
  const projectId = projectUrl.split("/").at(-1)!;
  const answer = await page.request.post("/api/trpc/action.create", {
    data: { json: { projectId, name, type: "webhook", configuration: { url, headers: [] } } },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

test("a keyboard builds a nested filter with its preview, and the page explains a non-match", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
}) => {
  const name = `Keyboard ${Date.now()}`;
  await newAction(page, { projectUrl, url: receiver.url("200"), name });
  const slow = `${name}-slow`;
  const quick = `${name}-quick`;
  const start = new Date();
  const end = (seconds: number) => new Date(start.getTime() + seconds * 1_000).toISOString();
  await application.send(
    { id: slow, name, level: "ERROR", type: "GENERATION", startTime: start.toISOString(), endTime: end(9) },
    { id: quick, name, level: "DEFAULT", type: "GENERATION", startTime: start.toISOString(), endTime: end(1) },
  );
  await page.goto(`${projectUrl}/observations?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(2);

  await page.goto(`${projectUrl}/triggers/new`);
  const preview = page.locator("section").filter({ hasText: "Live preview" });
  await expect(preview).toContainText(/Matches \d+ of the last \d+ observations/);
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type(name);

  // The first condition: the name is the one that the test chose.
  const builder = page.locator("#trigger-filter");
  await tabTo(page, builder.getByRole("button", { name: "Add condition" }));
  await page.keyboard.press("Enter");
  const first = builder.getByRole("group", { name: "Where condition 1" });
  await expect(first.getByRole("combobox", { name: "Column" })).toBeFocused();
  await chooseByKeyboard(page, "name", "Name");
  await tabTo(page, first.getByRole("combobox", { name: /^Value of/ }));
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(preview).toContainText("Matches 2 of the last");

  // The second part: a group with the level ERROR or a latency above 5.
  await tabTo(page, builder.getByRole("button", { name: "Add group" }));
  await page.keyboard.press("Enter");
  const group = builder.getByRole("group", { name: "and group 2" });
  const level = group.getByRole("group", { name: "Where condition 1" });
  await expect(level.getByRole("combobox", { name: "Column" })).toBeFocused();
  await chooseByKeyboard(page, "level", "Level");
  await tabTo(page, level.getByRole("combobox", { name: "Value of Level" }));
  await page.keyboard.type("ERROR");
  await page.keyboard.press("Enter");
  await tabTo(page, group.getByRole("button", { name: "Add condition" }));
  await page.keyboard.press("Enter");
  const latency = group.getByRole("group", { name: "or condition 2" });
  await expect(latency.getByRole("combobox", { name: "Column" })).toBeFocused();
  await chooseByKeyboard(page, "latency", "Latency");
  await tabTo(
    page,
    latency
      .getByRole("textbox", { name: "Value of Latency" })
      .or(latency.getByRole("spinbutton", { name: "Value of Latency" })),
  );
  await page.keyboard.type("5");
  await expect(preview).toContainText("Matches 1 of the last");

  // After a condition is removed, the next condition has the focus.
  await tabTo(page, group.getByRole("button", { name: "Add condition" }));
  await page.keyboard.press("Enter");
  await tabTo(
    page,
    group.getByRole("group", { name: "or condition 3" }).getByRole("button", { name: "Condition options" }),
  );
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Remove condition" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(latency.getByRole("combobox", { name: "Column" })).toBeFocused();
  // While the preview loads, it is faded and has too little contrast.
  await expect(preview.locator("[aria-busy]").first()).toHaveCSS("opacity", "1");
  await expectAccessible(page);

  await tabTo(page, page.getByRole("combobox", { name: "Add an action" }));
  await page.keyboard.press("Enter");
  await page.keyboard.type(name);
  await expect(page.getByRole("option", { name })).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Chosen actions" })).toContainText(name);
  await tabTo(page, page.getByRole("button", { name: "Create trigger" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/triggers\/trg_/);

  await tabTo(page, page.getByRole("tab", { name: "Configuration" }));
  const why = page.getByRole("tab", { name: "Why not?" });
  const isReached = () => why.evaluate((tab) => tab === document.activeElement);
  for (let tab = 0; tab < 6 && !(await isReached()); tab++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=why/);
  await tabTo(page, page.getByLabel("ID of the observation"));
  await page.keyboard.type(quick);
  await page.keyboard.press("Enter");
  const answer = page.getByRole("region", { name: "Explanation" });
  const conditions = answer.getByRole("list", { name: "Conditions" }).getByRole("listitem");
  await expect(conditions).toHaveCount(3);
  await expect(conditions.nth(1)).toContainText(/Failed: .*Level.*saw DEFAULT/s);
  await expect(conditions.nth(2)).toContainText(/Failed: .*Latency.*saw 1/s);
  await expectAccessible(page);
});

test("a filter that can never match is shown where it is wrong, and cannot be saved", async ({
  admin: page,
  projectUrl,
  receiver,
}) => {
  const name = `Never ${Date.now()}`;
  await newAction(page, { projectUrl, url: receiver.url("200"), name });
  await page.goto(`${projectUrl}/triggers/new`);
  await page.getByLabel("Name").fill(name);
  await addActionInTriggerForm(page, name);
  await page.getByRole("radio", { name: "JSON" }).click();
  const children = [
    { type: "condition", column: "latency", operator: ">", value: 5 },
    { type: "condition", column: "latency", operator: "<", value: 3 },
  ];
  await page
    .getByRole("textbox", { name: "Filter as JSON" })
    .fill(JSON.stringify({ type: "group", match: "all", children }));
  await page.getByRole("radio", { name: "Builder" }).click();
  await expect(page.getByRole("group", { name: "and condition 2" })).toContainText("It can never be that");
  await page.getByRole("button", { name: "Create trigger" }).click();
  await expect(page).toHaveURL(/\/triggers\/new$/);
  await expectAccessible(page);
});

test("a Langfuse filter is imported, parts that cannot be imported are named, and it is exported again", async ({
  admin: page,
  projectUrl,
}) => {
  await page.goto(`${projectUrl}/triggers/new`);
  await page.getByRole("radio", { name: "JSON" }).click();
  await page.getByRole("button", { name: "Paste a filter" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste a filter" });
  const text = dialog.getByRole("textbox", { name: "Filter as JSON" });
  const level = { column: "level", type: "stringOptions", operator: "any of", value: ["ERROR"] };
  await text.fill(
    JSON.stringify([
      level,
      { column: "Scores (numeric)", type: "numberObject", key: "quality", operator: ">", value: 1 },
    ]),
  );
  await expect(dialog).toContainText(/Line 1, column \d+: .*cannot be imported/);
  await text.fill(JSON.stringify([level]));
  await expect(dialog).toContainText("level is any of ERROR");
  await dialog.getByRole("button", { name: "Use this filter" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Filter as JSON" })).toHaveValue(/"column": "level"/);

  await page.getByRole("button", { name: "Export" }).click();
  const exported = page.getByRole("dialog", { name: "Export the filter" });
  await exported.getByRole("radio", { name: "Langfuse" }).click();
  const download = page.waitForEvent("download");
  await exported.getByRole("button", { name: "Download" }).click();
  expect(JSON.parse(readFileSync(await (await download).path(), "utf8"))).toMatchObject([
    { type: "stringOptions", operator: "any of", value: ["ERROR"] },
  ]);
});

test("a trigger's page shows its funnel, restores a version, and runs a backfill", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
}) => {
  const projectId = projectUrl.split("/").at(-1)!;
  const name = `Whole ${Date.now()}`;
  await newAction(page, { projectUrl, url: receiver.url("200"), name });
  const id = `${name}-early`;
  await application.send({ id, name, level: "ERROR" });
  await page.goto(`${projectUrl}/observations?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(1);

  await page.goto(`${projectUrl}/triggers/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("radio", { name: "JSON" }).click();
  const filter = {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "name", operator: "=", value: name }],
  };
  await page.getByRole("textbox", { name: "Filter as JSON" }).fill(JSON.stringify(filter));
  await addActionInTriggerForm(page, name);
  await page.getByRole("button", { name: "Create trigger" }).click();
  await expect(page).toHaveURL(/\/triggers\/trg_/);
  const trigger = new URL(page.url()).pathname;

  await page.getByRole("switch", { name: "Cap the executions of an hour" }).click();
  await page.getByRole("spinbutton", { name: "Executions an hour" }).fill("7");
  await page
    .getByRole("spinbutton", { name: "Delay" })
    .or(page.getByRole("textbox", { name: "Delay" }))
    .first()
    .fill("2");
  await page.getByRole("radio", { name: /Once it has been quiet/ }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Trigger saved")).toBeVisible();

  await page.getByRole("tab", { name: "Versions" }).click();
  const versions = page.getByRole("list", { name: "Versions" }).getByRole("listitem");
  await expect(versions.filter({ hasText: "Version 2" })).toContainText("7");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Restore version 1" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Restore" }).click();
  await expect(versions.filter({ hasText: "Version 3" })).toContainText("current");
  await page.getByRole("tab", { name: "Configuration" }).click();
  await expect(page.getByRole("switch", { name: "Cap the executions of an hour" })).not.toBeChecked();

  await page.getByRole("tab", { name: "Backfill" }).click();
  await page.getByRole("button", { name: "Count first" }).click();
  await expect(page.getByText(/of which (about )?1 match/)).toBeVisible();
  await page.getByRole("button", { name: "Start…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Start backfill" }).click();
  const backfill = page.getByRole("list", { name: "Backfills" }).getByRole("listitem");
  await expect(backfill).toContainText("Done");
  await expect(backfill).toContainText("1 matched, 1 executions created");
  await expectAccessible(page);

  await page.goto(`${trigger}?tab=overview`);
  const funnel = page.getByRole("list", { name: "Outcome of executions" }).getByRole("listitem");
  await expect(funnel.filter({ hasText: "Executions created" })).toContainText("1");
  await expect(funnel.filter({ hasText: "Delivered" })).toContainText("1");
  await expectAccessible(page);

  await page.goto(`${projectUrl}/observations/${encodeURIComponent(id)}?tab=triggers`);
  const panel = page.getByRole("dialog", { name });
  await panel.getByRole("button", { name: /^Fired/ }).click();
  await panel.locator("summary").filter({ hasText: name }).click();
  await expect(panel.getByRole("region", { name: "Executions" })).toContainText("Delivered");
  expect(projectId).toMatch(/^prj_/);
});
