import { expect, expectAccessible, makeTrigger, test } from "./fixtures";

test("eight tabs of one browser get live updates over HTTP/1.1, which allows six connections", async ({
  admin: page,
  projectUrl,
  application,
  namedTrigger,
}) => {
  const { name, path, triggerId } = await namedTrigger("Tabs");
  const tabs = [page, ...(await Promise.all(Array.from({ length: 7 }, () => page.context().newPage())))];
  for (const tab of tabs) {
    await tab.goto(`${projectUrl}/executions?trigger=${triggerId}`);
    await expect(tab.getByRole("heading", { level: 1, name: "Executions" })).toBeVisible();
  }
  await application.send({ id: path, name });
  for (const tab of tabs) await expect(tab.getByRole("row").filter({ hasText: name })).toContainText("Delivered");
});

test("without a connection the page shows the time of its data, and it updates itself afterwards", async ({
  admin: page,
  projectUrl,
  application,
  namedTrigger,
}) => {
  const { name, path, triggerId } = await namedTrigger("Offline");
  await page.goto(`${projectUrl}/executions?trigger=${triggerId}`);
  await expect(page.getByText("No execution fits these filters")).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByRole("alert").filter({ hasText: "Connection lost" })).toBeVisible();
  await application.send({ id: path, name });
  await page.context().setOffline(false);
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Delivered");
  await expect(page.getByRole("alert").filter({ hasText: "Connection lost" })).toHaveCount(0);
});

test("two people edit one trigger: the second sees what the first has saved, and can keep their own version", async ({
  admin: page,
  projectUrl,
  namedTrigger,
}) => {
  const { triggerId } = await namedTrigger("Conflict");
  const edit = `${projectUrl}/triggers/${triggerId}?tab=configuration`;
  const other = await page.context().newPage();
  for (const tab of [page, other]) {
    await tab.goto(edit);
    await expect(tab.getByRole("textbox", { name: "Description" })).toBeVisible();
  }
  await other.getByRole("textbox", { name: "Description" }).fill("The other's words");
  await page.getByRole("textbox", { name: "Description" }).fill("My words");
  await page.keyboard.press("ControlOrMeta+s");
  await expect(page.getByText("Version 2").first()).toBeVisible();
  const conflict = other.getByRole("alert").filter({ hasText: "saved version 2" });
  await expect(conflict).toContainText("My words");
  await conflict.getByRole("button", { name: "Keep mine" }).click();
  await other.keyboard.press("ControlOrMeta+Enter");
  await expect(other.getByText("Version 3").first()).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "saved version 3" })).toContainText("The other's words");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("an admin finds a failed delivery, reads what the receiver said, and sends it again", async ({
    admin: page,
    projectUrl,
    application,
    call,
    receiver,
  }) => {
    const name = `Phone ${Date.now()}`;
    const path = name.replace(" ", "-");
    const url = receiver.script(`/${path}`, [{ status: 403, body: "not today" }, { status: 200 }]);
    const { triggerId } = await makeTrigger(call, { name, url, retry: { preset: "none" } });
    await application.send({ id: path, name });
    await page.goto(`${projectUrl}/executions?trigger=${triggerId}`);
    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row).toContainText("Failed");
    await expectAccessible(page);
    await row.getByRole("link").tap();
    const panel = page.getByRole("dialog", { name: `${name} → ${name}` });
    await expect(panel).toContainText("not today");
    await expectAccessible(page);
    await panel.getByRole("button", { name: "Resend" }).tap();
    await page.getByRole("alertdialog").getByRole("button", { name: "Resend" }).tap();
    await expect(panel).toContainText("Delivered");
  });
});
