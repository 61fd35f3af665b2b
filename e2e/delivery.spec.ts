import { Webhook } from "standardwebhooks";
import { expect, expectAccessible, test } from "./fixtures";

test("a template starts from a preset, shows a real observation, and sends a test with a valid signature", async ({
  admin: page,
  projectUrl,
  application,
  receiver,
}) => {
  const name = `Slack ${Date.now()}`;
  const path = name.replace(" ", "-");
  await application.send({ id: path, name: 'chat "quoted"', level: "ERROR", type: "GENERATION" });
  await page.goto(`${projectUrl}/observations`);
  await expect(page.getByRole("row").filter({ hasText: path })).toBeVisible();

  await page.goto(`${projectUrl}/actions/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("URL", { exact: true }).fill(receiver.url("200", path));
  await page.getByRole("radiogroup", { name: "Body" }).getByRole("radio", { name: "Template" }).click();
  await page.getByRole("button", { name: "Start from a preset" }).click();
  await page.getByRole("menuitem", { name: /Slack/ }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  // Other tests also send observations, so the test chooses its own observation by name.
  await preview.getByRole("combobox").click();
  await page.getByPlaceholder(/Search observations/).fill(path);
  await page.getByRole("option", { name: 'chat "quoted"' }).click();
  await expect(preview).toContainText('chat "quoted"');
  // While a newer preview loads, the shown preview is dimmed and has too little contrast. The test waits for its end.
  await expect
    .poll(() => preview.locator("[aria-busy]").evaluate((element) => getComputedStyle(element).opacity))
    .toBe("1");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create action" }).click();
  const secret = (await page.getByLabel("Signing secret", { exact: true }).textContent())!.trim();
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page).toHaveURL(/\/actions\/act_/);

  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText("HTTP 200").first()).toBeVisible();
  await expect.poll(() => receiver.requests.filter((request) => request.path.includes(path)).length).toBe(1);
  const { rawBody, headers } = receiver.requests.find((request) => request.path.includes(path))!;
  expect(JSON.parse(rawBody)).toHaveProperty("blocks");
  expect(new Webhook(secret).verify(rawBody, headers as Record<string, string>)).toBeTruthy();

  await page.getByLabel("Secret", { exact: true }).fill(secret);
  for (const part of ["webhook-id", "webhook-timestamp", "webhook-signature"])
    await page.getByLabel(part, { exact: true }).fill(String(headers[part]));
  const body = page.getByRole("textbox", { name: "Body", exact: true });
  await body.fill(rawBody);
  await expect(page.getByText("The signature is right.")).toBeVisible();
  await body.fill(`${rawBody} `);
  await expect(page.getByText("The body is wrong.")).toBeVisible();
});

test("a gone endpoint switches its action off, tells the operational webhook, and offers a replay", async ({
  admin: page,
  projectUrl,
  call,
  application,
  receiver,
}) => {
  const name = `Gone ${Date.now()}`;
  const path = name.replace(" ", "-");
  await page.goto(`${projectUrl}/settings`);
  await page.getByLabel("Address of the webhook").fill(receiver.url("200", `operations-${path}`));
  await page.getByRole("button", { name: "Set address" }).click();
  const secret = (await page.getByLabel("Signing secret", { exact: true }).textContent())!.trim();
  await page.getByRole("checkbox", { name: "I have stored it" }).click();
  await page.getByRole("button", { name: "Done" }).click();

  const action = await call<{ id: string }>("action.create", {
    name,
    type: "webhook",
    configuration: { url: receiver.url("410", path), headers: [] },
  });
  const filter = {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "name", operator: "=", value: name }],
  };
  await call("trigger.create", { name, eventSource: "observation.created", filter, actionIds: [action.id] });
  await page.goto(`${projectUrl}/actions/${action.id}`);
  await application.send({ id: `${path}-1`, name });

  const told = () => receiver.requests.filter((request) => request.path.includes(`operations-${path}`));
  await expect.poll(() => told().length).toBe(1);
  const [notice] = told();
  expect(new Webhook(secret).verify(notice!.rawBody, notice!.headers as Record<string, string>)).toMatchObject({
    type: "endpoint.disabled",
    data: { action: { id: action.id } },
  });

  await application.send({ id: `${path}-2`, name });
  await page.goto(`${projectUrl}/executions?action=${action.id}`);
  await expect(page.getByRole("row").filter({ hasText: "Skipped" })).toHaveCount(1);
  await page.goto(`${projectUrl}/actions/${action.id}`);
  const attention = page.getByRole("region", { name: "Needs attention" });
  await expect(attention).toContainText("The action was switched off: the receiver answered 410 Gone.");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByText("1 execution of this action was skipped")).toBeVisible();
  await page.getByRole("link", { name: "Replay…" }).click();
  await expect(page.getByRole("dialog", { name: "Send again" })).toContainText("1 of 1 execution can be sent again");
});
