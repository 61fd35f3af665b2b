import { expect, expectAccessible, test } from "./fixtures";

test("a changed filter is tried as a shadow, shows where it differs, and is promoted", async ({
  admin: page,
  projectUrl,
  application,
  namedTrigger,
}) => {
  const { name, triggerId } = await namedTrigger("Shadowed");

  await page.goto(`${projectUrl}/triggers/${triggerId}?tab=configuration`);
  await page.getByRole("textbox", { name: "Sampling rate" }).fill("0");
  await page.getByRole("button", { name: "Try as a shadow" }).click();
  const counts = page.locator("section").filter({ hasText: "Since it started" });
  await expect(counts).toContainText("0 events.");
  await application.send({ id: `${name}-1`, name, level: "ERROR" });
  // The page updates without a reload.
  const differing = page.getByRole("table", { name: "Where they differ" });
  await expect(differing).toContainText("sampled out");
  await expect(counts).toContainText(/Only the trigger\s*1/);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Promote…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Promote" }).click();
  await expect(page.getByRole("heading", { name: "No shadow" })).toBeVisible();
  await page.getByRole("tab", { name: "Versions" }).click();
  await expect(page.getByText("Promoted the shadow.")).toBeVisible();
});

test("a trigger that files manage is read-only in the browser until somebody unlocks it", async ({
  admin: page,
  projectUrl,
  call,
  receiver,
}) => {
  const projectId = projectUrl.split("/").at(-1)!;
  const { token } = await call<{ token: string }>("token.create", {
    name: "CI",
    scopes: ["read", "write"],
    expiresInDays: 1,
  });
  const key = `managed-${Date.now()}`;
  const files = {
    triggers: { [key]: { name: `Managed ${key}`, filter: "level is any of ERROR", actions: [key] } },
    actions: { [key]: { name: key, configuration: { url: receiver.url("200") } } },
  };
  const applied = await page.request.post(`/api/v1/projects/${projectId}/configuration/apply`, {
    headers: { authorization: `Bearer ${token}` },
    data: { files },
  });
  expect(applied.status(), await applied.text()).toBe(200);
  const answer = (await applied.json()) as {
    configuration: { pulled: { triggers: Record<string, { id: string }> } };
  };

  await page.goto(`${projectUrl}/triggers/${answer.configuration.pulled.triggers[key]!.id}?tab=configuration`);
  await expect(page.getByText("Managed by files")).toBeVisible();
  const onOff = page.getByRole("switch", { name: `Managed ${key} is on` });
  await expect(onOff).toBeDisabled();
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Unlock…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByText(`triggers/${key}.yaml`)).toBeVisible();
  await onOff.click();
  await expect(onOff).not.toBeChecked();
});
