import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./fixtures";

const pages = [
  "",
  "/executions",
  "/executions/decisions",
  "/observations",
  "/triggers",
  "/triggers/new",
  "/drafts",
  "/actions",
  "/actions/new",
  "/settings",
  "/settings/event-keys",
  "/settings/model-prices",
  "/settings/api-tokens",
  "/settings/members",
  "/settings/rejected-events",
  "/settings/engine",
  "/settings/audit",
];

for (const path of pages)
  test(`the page ${path || "/"} of a project is accessible and fits, in light and dark @narrow`, async ({
    admin: page,
    projectUrl,
  }) => {
    await page.goto(`${projectUrl}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessibleInBothSchemes(page);
  });

test("the pages outside of a project are accessible and fit, in light and dark @narrow", async ({ admin: page }) => {
  for (const path of ["/projects", "/account"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessibleInBothSchemes(page);
  }
});

test("the sign-in is accessible and fits, in light and dark @narrow", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expectAccessibleInBothSchemes(page);
});

/**
 * Checks a page with all rules of axe in the light scheme. In the dark scheme it checks only the contrast, because the
 * scheme changes only colours.
 */
async function expectAccessibleInBothSchemes(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "light" });
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, ["color-contrast"]);
}

test("answers carry a strict policy: scripts need a nonce, nothing may frame the page", async ({ page }) => {
  const answer = await page.goto("/sign-in");
  const policy = answer!.headers()["content-security-policy"]!;
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'(;|$)/);
  expect(policy).not.toContain("unsafe-eval");
  expect(answer!.headers()).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
});

test("an address below /api or /v1 that nothing serves answers JSON, not a page", async ({ request }) => {
  for (const path of ["/api", "/api/", "/api/nothing", "/v1", "/v1/nothing", "/api/public/nothing"]) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect([path, answer.status()]).toEqual([path, 404]);
    expect(answer.headers()["content-type"]).toMatch(/^application\/(problem\+)?json/);
  }
});
