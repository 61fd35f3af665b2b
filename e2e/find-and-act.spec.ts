import { Webhook } from "standardwebhooks";
import { expect, expectAccessible, openCommandMenu, test } from "./fixtures";

test("the command menu and the list's search find an execution by its webhook id", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
  namedTrigger,
}) => {
  const { name, path } = await namedTrigger("Log");
  await application.send({ id: path, name });
  const logged = () => receiver.requests.find((request) => request.path.includes(path))?.headers["webhook-id"];
  await expect.poll(logged).toBeTruthy();
  const webhookId = String(logged());

  await page.goto(projectUrl);
  await openCommandMenu(page);
  await page.getByRole("combobox", { name: "Commands" }).fill(webhookId);
  await page
    .getByRole("option", { name: /Execution/ })
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(`/executions/${webhookId}`));
  const details = page.getByRole("tablist", { name: "Details" });
  await expect(details).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(details).toBeHidden();
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search executions" })).toBeFocused();
  await page.keyboard.type(webhookId);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(1);
});

test("an export of the list has as many rows as the list counts", async ({
  admin: page,
  projectUrl,
  application,
  namedTrigger,
}) => {
  const { name, path, triggerId } = await namedTrigger("Export");
  await application.send(...Array.from({ length: 7 }, (_, index) => ({ id: `${path}-${index}`, name })));
  await page.goto(`${projectUrl}/executions?trigger=${triggerId}`);
  await expect(page.getByRole("row").filter({ hasText: "Delivered" })).toHaveCount(7);
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "CSV", exact: true }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString("utf8").trim().split(/\r?\n/);
  expect(lines).toHaveLength(8);
  expect(lines.filter((line) => line.includes(path))).toHaveLength(7);
});

test("the command menu pauses and resumes an action, and the waiting executions are then delivered", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
  namedTrigger,
}) => {
  const { name, path, actionId } = await namedTrigger("Lever");
  const pull = async (lever: string, button: string) => {
    await openCommandMenu(page);
    await page.keyboard.type(`${lever} ${name}`);
    await page.getByRole("option", { name: `${lever}: ${name}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: button }).click();
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
  };
  await page.goto(projectUrl);
  await pull("Pause and keep", "Pause and keep");
  await expect(page).toHaveURL(new RegExp(`/actions/${actionId}`));
  await application.send({ id: path, name });
  await expect(page.getByText(/1 waiting/).first()).toBeVisible();
  expect(receiver.requests.filter((request) => request.path.includes(path))).toHaveLength(0);
  await pull("Let it go on", "Let it go on");
  await expect.poll(() => receiver.requests.filter((request) => request.path.includes(path)).length).toBe(1);
  await page.keyboard.press("e");
  await expect(page.getByRole("tab", { name: "Configuration", selected: true })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Menu of the row or the page");
  await expectAccessible(page);
});

test("after a rotation each webhook verifies with the old and the new secret, until the old one ends", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
  namedTrigger,
}) => {
  const { name, path, actionId, secret: before } = await namedTrigger("Rotated");
  await page.goto(`${projectUrl}/actions/${actionId}?tab=configuration`);
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Make a new secret" }).click();
  const after = (await page.getByLabel("Signing secret", { exact: true }).textContent())!.trim();
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "Signing secrets" })).toContainText("in 1 d");
  await application.send({ id: path, name });
  const found = () => receiver.requests.find((request) => request.path.includes(path));
  await expect.poll(found).toBeTruthy();
  const { rawBody, headers } = found()!;
  for (const secret of [before, after])
    expect(new Webhook(secret).verify(rawBody, headers as Record<string, string>)).toMatchObject({
      data: { observation: { id: path } },
    });
});

test("a view is saved, removed from the sidebar, and restored by Undo", async ({ admin: page, projectUrl }) => {
  const name = `View ${Date.now()}`;
  await page.goto(`${projectUrl}/executions?status=FAILED&range=24h`);
  await page.getByRole("button", { name: "Save as a view" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const main = page.getByRole("navigation", { name: "Main" });
  await expect(main.getByRole("link", { name })).toBeVisible();
  await main.getByRole("button", { name: `Remove ${name}` }).click();
  await expect(main.getByRole("link", { name })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await main.getByRole("link", { name }).click();
  await expect(page).toHaveURL(/status=(FAILED|ERROR)/);
});

test("the command menu opens on a page that has just loaded, and causes no hydration error", async ({
  admin: page,
  projectUrl,
}) => {
  const menu = page.getByRole("combobox", { name: "Commands" });
  for (const path of ["", "/executions", "/triggers", "/actions"]) {
    await page.goto(`${projectUrl}${path}`, { waitUntil: "domcontentloaded" });
    await expect(async () => {
      await page.keyboard.press("ControlOrMeta+k");
      await expect(menu).toBeVisible({ timeout: 500 });
    }).toPass();
  }
});

test("a tab that is clicked right after a row opens on the panel of that row", async ({
  admin: page,
  projectUrl,
  application,
  namedTrigger,
}) => {
  const { name, path, triggerId } = await namedTrigger("Row");
  await application.send(...[1, 2].map((number) => ({ id: `${path}-${number}`, name })));
  await page.goto(`${projectUrl}/executions?trigger=${triggerId}`);
  await expect(page.getByRole("row").filter({ hasText: "Delivered" })).toHaveCount(2);
  const why = page.getByRole("tab", { name: "Why it fired" });
  await page.getByRole("row").getByRole("link").first().click();
  await expect(why).toBeVisible();
  for (const [row, tab] of [
    [1, "Why it fired"],
    [0, "Event"],
    [1, "Request"],
  ] as const) {
    // Both clicks happen before the router has rendered the URL of the row.
    const id = await page.evaluate(
      ([row, tab]) => {
        const link = document.querySelectorAll<HTMLElement>("[data-row-link]")[row]!;
        link.click();
        [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((each) => each.textContent === tab)!.click();
        return link.dataset.rowLink!;
      },
      [row, tab] as const,
    );
    await expect(page.getByRole("tab", { name: tab, selected: true })).toBeVisible();
    await expect(page.getByRole("dialog")).toContainText(id.slice(-4));
    await expect(page).toHaveURL(new RegExp(`/executions/${id}\\?.*tab=`));
  }
});
