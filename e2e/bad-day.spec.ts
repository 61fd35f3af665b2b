import { expect, expectAccessible, test } from "./fixtures";

test("the overview shows a failing endpoint within a minute; once repaired, a probe delivers what waited", async ({
  admin: page,
  projectUrl,
  call,
  application,
  receiver,
}) => {
  // The overview may take a minute to change, and the delivery of all executions another minute.
  const name = `Warehouse ${Date.now()}`;
  const path = name.replace(" ", "-");
  const configuration = { headers: [], retry: { preset: "standard" } };
  const action = await call<{ id: string }>("action.create", {
    name,
    type: "webhook",
    configuration: { ...configuration, url: receiver.url("500", path) },
  });
  const filter = {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "name", operator: "=", value: name }],
  };
  await call("trigger.create", { name, eventSource: "observation.created", filter, actionIds: [action.id] });

  await page.goto(projectUrl);
  const observations = Array.from({ length: 14 }, (_, index) => ({ id: `${path}-${index}`, name }));
  await application.send(...observations);
  const attention = page.getByRole("region", { name: "Needs attention" });
  const row = attention.getByRole("listitem").filter({ hasText: name });
  await expect(row).toContainText("Paused", { timeout: 60_000 });
  await expect(row).toContainText("14 wait");
  await expect(row).toContainText("500");
  await expect(page.getByRole("heading", { name: "Failures by cause" })).toBeVisible();
  await expectAccessible(page);

  await call("action.update", {
    actionId: action.id,
    version: 1,
    name,
    type: "webhook",
    configuration: { ...configuration, url: receiver.url("200", path) },
  });
  await row.getByRole("button", { name: "Probe now" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("The oldest of 14 executions is sent now.");
  await question.getByRole("button", { name: "Probe now" }).click();
  await expect(page.getByText(`${name} is probed`)).toBeVisible();

  // The successful probe closes the circuit breaker. The waiting executions are then delivered when they are due.
  await expect(row).not.toContainText("Paused");
  const delivered = () => receiver.requests.filter((request) => request.path.includes(`200/${path}`)).length;
  await expect.poll(delivered, { timeout: 90_000 }).toBe(14);
  await page.goto(`${projectUrl}/actions/${action.id}`);
  await expect(page.getByRole("tab", { name: "Overview" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("tabpanel")).toContainText("Closed");
});
