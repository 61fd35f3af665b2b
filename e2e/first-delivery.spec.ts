import { Webhook } from "standardwebhooks";
import { addActionInTriggerForm, expect, test } from "./fixtures";

test("a built trigger and a sent observation give a signed webhook, which the page shows without a reload", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
}) => {
  const name = `Errors ${Date.now()}`;

  await page.goto(`${projectUrl}/actions/new`);
  await page.getByLabel("Name").fill(`Receiver of ${name}`);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url("200", name.replace(" ", "-")));
  await page.getByRole("button", { name: "Create action" }).click();
  const secret = (await page.getByLabel("Signing secret", { exact: true }).textContent())!.trim();
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog", { name: "Copy your signing secret" })).toBeHidden();

  await page.goto(`${projectUrl}/triggers/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Add condition" }).first().click();
  await page.getByRole("combobox", { name: "Column" }).click();
  await page.getByPlaceholder("Search columns…").fill("Level");
  await page.getByRole("option", { name: "Level" }).first().click();
  await page.getByRole("combobox", { name: "Value of Level" }).fill("ERROR");
  await page.keyboard.press("Enter");
  await expect(page.getByText("level is any of ERROR").first()).toBeVisible();
  await addActionInTriggerForm(page, `Receiver of ${name}`);
  await page.getByRole("button", { name: "Create trigger" }).click();
  await expect(page).toHaveURL(/\/triggers\/trg_/);

  await page.getByRole("link", { name: "Executions" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Executions" })).toBeVisible();
  const id = `obs-${Date.now()}`;
  await application.send(
    { id, level: "ERROR", type: "GENERATION", name: "chat", input: "hello" },
    { id: `${id}-fine`, level: "DEFAULT" },
  );

  // Failed observations of other tests may match as well.
  const row = page.getByRole("row").filter({ hasText: name }).filter({ hasText: id });
  await expect(row).toContainText("Delivered");
  await expect(row).toHaveCount(1);
  await row.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/executions\/exe_/);
  await expect(page.getByText("Attempt 1")).toBeVisible();
  await expect(page.getByText("HTTP 200").first()).toBeVisible();
  await page.getByRole("tab", { name: "Why it fired" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("ERROR");

  const executionId = page.url().match(/exe_[a-z0-9]+/)![0];
  const [request, ...others] = receiver.requests.filter((received) => received.headers["webhook-id"] === executionId);
  expect(others).toEqual([]);
  expect(new Webhook(secret).verify(request!.rawBody, request!.headers as Record<string, string>)).toMatchObject({
    type: "observation.created",
    data: { observation: { id } },
  });

  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/executions(\?.*)?$/);
});

test("an observation that did not match is listed with the decision about it", async ({
  admin: page,
  projectUrl,
  application,
}) => {
  const id = `quiet-${Date.now()}`;
  await page.goto(`${projectUrl}/observations`);
  await application.send({ id, level: "DEFAULT", name: "nothing special" });
  await page.getByRole("row").filter({ hasText: id }).getByRole("link").first().click();
  await expect(page.getByRole("dialog").filter({ hasText: "nothing special" })).toBeVisible();
});

test("an event that does not parse is shown to admins with the reason", async ({ admin: page, projectUrl, agreed }) => {
  const body = { name: "observation.created", data: { observation: { id: "bad", startTime: "yesterday" } } };
  const answer = await page.request.post(`/e/${agreed.eventKey}`, { data: body });
  expect(await answer.json()).toMatchObject({ status: 200, ids: [expect.any(String)] });
  await page.goto(`${projectUrl}/settings/rejected-events`);
  await expect(page.getByText("observation.startTime").first()).toBeVisible();
});
