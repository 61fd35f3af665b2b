import { expect, signIn, test } from "./fixtures";

test("a wrong password and an unknown email get the same answer", async ({ page }) => {
  const answers: string[] = [];
  for (const email of ["admin@example.com", "nobody@example.com"]) {
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("not-the-password");
    await page.getByRole("button", { name: "Sign in" }).click();
    answers.push((await page.getByRole("alert").filter({ hasText: /\S/ }).first().textContent())!);
  }
  expect(answers[0]).toBe(answers[1]);
});

test("a project's page leads to the sign-in, and the sign-in returns to that page", async ({ page, agreed }) => {
  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in\?/);
  await page.getByLabel("Email").fill(agreed.admin.email);
  await page.getByLabel("Password", { exact: true }).fill(agreed.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/account$/);
});

test("an invited viewer can read, sees no buttons that change anything, and the server refuses such calls", async ({
  admin,
  projectUrl,
  browser,
  agreed,
}) => {
  await admin.goto(`${projectUrl}/settings/members`);
  const email = `viewer-${Date.now()}@example.com`;
  await admin.getByRole("button", { name: "Invite" }).first().click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("combobox", { name: "Role" }).click();
  await admin.getByRole("option", { name: /Viewer/ }).click();
  await dialog.getByRole("button", { name: "Make link" }).click();
  const link = (await admin.getByLabel("Link", { exact: true }).textContent())!.trim();

  const context = await browser.newContext({ baseURL: agreed.url });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Vera Viewer");
  await page.getByLabel("Password", { exact: true }).fill("a-long-enough-password");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.waitForURL(/\/(projects|sign-in)/);
  if (page.url().includes("/sign-in")) await signIn(page, email, "a-long-enough-password");

  await page.goto(`${projectUrl}/triggers`);
  await expect(page.getByRole("heading", { level: 1, name: "Triggers" })).toBeVisible();
  await expect(page.getByRole("link", { name: /New trigger|Create trigger/ })).toHaveCount(0);
  await page.goto(`${projectUrl}/settings/event-keys`);
  await expect(page.getByRole("main")).toContainText("Your role does not see this page");
  await expect(page.getByRole("button", { name: "Create key" })).toHaveCount(0);
  const refused = await page.request.post("/api/trpc/eventKey.create", {
    data: { json: { projectId: projectUrl.split("/").at(-1), name: "mine" } },
  });
  expect(refused.status()).toBe(403);
  await context.close();
});
