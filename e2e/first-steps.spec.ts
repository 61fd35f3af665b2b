import { expect, expectAccessible, makeTrigger, test } from "./fixtures";

/* Both tests find every control by its role and accessible name, as a screen reader does. */

test("a newcomer makes an action and a trigger, sends a sample by one button, and reads why it fired", async ({
  admin: page,
}) => {
  const name = `First steps ${Date.now()}`;
  await page.goto("/projects?new=true");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create project" }).last().click();
  await expect(page.getByRole("heading", { name: "From an observation to a webhook" })).toBeVisible();
  const overview = new URL(page.url()).pathname;

  await page.getByRole("link", { name: "Create action" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Test endpoint");
  await page.getByRole("button", { name: "Use the test endpoint" }).click();
  await page.getByRole("button", { name: "Create action" }).click();
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog", { name: "Copy your signing secret" })).toBeHidden();

  await page.goto(overview);
  await page.getByRole("link", { name: "Create trigger" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Everything");
  await page.getByRole("combobox", { name: "Add an action" }).click();
  await page.getByRole("option", { name: /Test endpoint/ }).click();
  await page.getByRole("button", { name: "Create trigger" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Everything" })).toBeVisible();

  await page.goto(overview);
  await page.getByRole("button", { name: "Create an event key and fill it in" }).click();
  await expect(page.getByRole("region", { name: "Send an observation: curl" })).toContainText(/\/e\/tsk_/);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send a sample observation" }).click();
  await expect(page.getByRole("link", { name: "See what every trigger decided about it" })).toBeVisible();
  const first = page.getByRole("region", { name: "First delivery" });
  await expect(first).toContainText("Everything sent an observation to Test endpoint, which answered 200.");
  // The checklist stays while it shows the new key, because nobody can see the key again.
  await expect(page.getByText("4 of 4 steps done.")).toBeVisible();
  await page.reload();
  await expect(first).toBeVisible();
  await expect(page.getByRole("heading", { name: "From an observation to a webhook" })).toHaveCount(0);
  await first.getByRole("link", { name: "See why it fired" }).click();
  await expect(page.getByRole("tab", { name: "Why it fired", selected: true })).toBeVisible();
});

test("a trigger made from an observation matches that observation when it runs again", async ({
  admin: page,
  projectUrl,
  application,
  call,
  receiver,
}) => {
  const name = `Kind ${Date.now()}`;
  const path = name.replace(" ", "-");
  await makeTrigger(call, { name: `${name} before`, url: receiver.url("200", path) });
  await application.send({ id: path, name, level: "ERROR", type: "TOOL", traceId: `trace-${path}` });

  await page.goto(`${projectUrl}/observations?q=${path}`);
  await page.getByRole("link", { name }).click();
  const panel = page.getByRole("dialog", { name });
  await panel.getByRole("link", { name: `trace-${path}` }).click();
  await expect(page.getByRole("list", { name: "Filters" })).toContainText(`trace-${path}`);
  await page.getByRole("link", { name }).click();
  await expectAccessible(page);

  await panel.getByRole("link", { name: "Make a trigger" }).click();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(`${name} · error`);
  await expect(page.getByText(`name is any of "${name}" and level is any of ERROR`).first()).toBeVisible();
  await page.getByRole("combobox", { name: "Add an action" }).click();
  await page.getByRole("combobox", { name: "Search actions by name…" }).fill(name);
  await page.getByRole("option", { name: new RegExp(`${name} before`) }).click();
  await page.getByRole("button", { name: "Create trigger" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${name} · error` })).toBeVisible();

  await page.goto(`${projectUrl}/observations/${path}`);
  await panel.getByRole("button", { name: "Send again" }).click();
  await panel.getByRole("tab", { name: /Executions/ }).click();
  await expect(panel.getByRole("list", { name: "Executions" })).toContainText("Delivered");
  await expect.poll(() => receiver.requests.filter((request) => request.path.includes(path)).length).toBe(1);
});
