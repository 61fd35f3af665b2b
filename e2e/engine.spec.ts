import { emptyFilter } from "../src/domain/filter/schema";
import { expect, expectAccessible, test } from "./fixtures";

test("an admin sees the engine's runs, cancels a waiting run and runs it again", async ({
  admin: page,
  projectUrl,
  call,
  application,
  receiver,
}) => {
  const name = `Patient ${Date.now()}`;
  const action = await call<{ id: string }>("action.create", {
    name,
    type: "webhook",
    configuration: { url: receiver.url("200"), headers: [] },
  });
  const filter = { ...emptyFilter, children: [{ type: "condition", column: "name", operator: "=", value: name }] };
  await call("trigger.create", {
    name,
    eventSource: "observation.created",
    filter,
    actionIds: [action.id],
    delaySeconds: 3_600,
  });
  await application.send({ id: `obs-${Date.now()}`, name, level: "ERROR" });

  await page.goto(`${projectUrl}/settings`);
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Engine" }).click();
  await expect(page.getByRole("region", { name: "State of the engine" })).toContainText("Running");
  const rows = page.getByRole("table", { name: "Runs" }).getByRole("row");
  await expect(rows.filter({ hasText: "Match observations" }).filter({ hasText: "Completed" }).first()).toBeVisible();
  await expectAccessible(page);

  // The execution is due in an hour, so the run that will wake it has not begun.
  await page.getByRole("group", { name: "State" }).getByRole("button", { name: "Sleeping" }).click();
  // Until the filtered list has loaded, the page still shows runs in other states.
  await rows.filter({ hasText: "Deliver webhooks" }).filter({ hasText: "Sleeping" }).first().getByRole("link").click();
  const panel = page.getByRole("dialog", { name: "Deliver webhooks" });
  await expect(panel).toBeVisible();
  await expect(page).toHaveURL(/[?&]run=/);
  const cancelled = new URL(page.url()).searchParams.get("run")!;
  await panel.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(panel).toContainText("Cancelled");

  await panel.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Run again" }).click();
  await expect(page).not.toHaveURL(new RegExp(cancelled));

  await page.goto(`${projectUrl}/settings/audit`);
  await expect(page.getByText(`Ran the run ${cancelled} again.`)).toBeVisible();
  await expect(page.getByText(`Cancelled the run ${cancelled}.`)).toBeVisible();
});

test("the engine's state is refused without a token", async ({ request }) => {
  for (const authorization of ["", "Bearer ", "Bearer undefined"]) {
    const answer = await request.get("/api/engine", { headers: { authorization } });
    expect(answer.status()).toBe(401);
    expect(await answer.text()).not.toContain("functions");
  }
});
