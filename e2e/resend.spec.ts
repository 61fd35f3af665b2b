import { expect, expectAccessible, test } from "./fixtures";

test("a bulk resend counts the list's executions first, and sends them under the same webhook ids", async ({
  admin: page,
  projectUrl,
  call,
  application,
  receiver,
}) => {
  const name = `Again ${Date.now()}`;
  const path = name.replace(" ", "-");
  const action = await call<{ id: string }>("action.create", {
    name,
    type: "webhook",
    configuration: { url: receiver.url("200", path), headers: [] },
  });
  const filter = {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "name", operator: "=", value: name }],
  };
  await call("trigger.create", { name, eventSource: "observation.created", filter, actionIds: [action.id] });
  await application.send({ id: `${path}-1`, name }, { id: `${path}-2`, name }, { id: `${path}-3`, name });

  await page.goto(`${projectUrl}/executions?action=${action.id}`);
  const rows = page.getByRole("row").filter({ hasText: "Delivered" });
  await expect(rows).toHaveCount(3);
  const received = () =>
    receiver.requests.filter((request) => request.path.includes(path)).map((request) => request.headers["webhook-id"]);
  const before = received();

  await page.getByRole("button", { name: "Send again…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send again" });
  await expect(dialog).toContainText("0 of 0 executions can be sent again");
  await dialog.getByRole("checkbox", { name: "Delivered" }).click();
  await expect(dialog).toContainText("3 of 3 executions can be sent again");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Send 3 again" }).click();
  await expect(dialog.getByRole("list", { name: "Resends" }).getByRole("listitem").first()).toContainText(
    "3 executions sent again",
  );
  await expect.poll(() => received().length).toBe(6);
  expect(received().slice(3).sort()).toEqual(before.sort());
  await page.keyboard.press("Escape");
  await expect(rows).toHaveCount(3);
});
