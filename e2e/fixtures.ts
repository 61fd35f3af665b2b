import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test as base, type APIRequestContext, type Page } from "@playwright/test";
import { Inngest } from "inngest";
import { startReceiver, type Receiver } from "../src/test/receiver";
import { makeAxe } from "./axe";
import { ADMIN_COOKIES_FILE, getRunSettings, type RunSettings } from "./settings";

type Fixtures = {
  agreed: RunSettings;
  /** an application that sends events: the real Inngest SDK with the event key of the demo project */
  application: { send(...observations: { id: string; [field: string]: unknown }[]): Promise<void> };
  /** a browser with the session of the first admin, which has not opened a page yet */
  admin: Page;
  /**
   * a browser page with the session of a new person, who is an admin of the demo project. Live connections belong to a
   * person, so projects that other tests create for the first admin change nothing here.
   */
  colleague: Page;
  /** the URL of the demo project */
  projectUrl: string;
  /** calls a tRPC procedure with the session of the admin; the default project is the demo project */
  call: ProcedureCaller;
  /**
   * creates a trigger on observations with a unique name; its webhooks go to `path` at the receiver, which answers 200
   */
  namedTrigger: (word: string) => Promise<NamedTrigger>;
};

type NamedTrigger = { name: string; path: string; actionId: string; triggerId: string; secret: string };

export type ProcedureCaller = <Result>(procedure: string, input: object) => Promise<Result>;

/** A console error or an exception on a page fails the test that opened the page. */
export const test = base.extend<Fixtures, { receiver: Receiver }>({
  // Each Playwright worker has its own webhook receiver, on one of the local ports that the program may call.
  receiver: [
    async ({}, use, worker) => {
      const { receiverPorts } = await getRunSettings();
      const receiver = await startReceiver({ port: receiverPorts[worker.parallelIndex % receiverPorts.length]! });
      await use(receiver);
      await receiver.close();
    },
    { scope: "worker" },
  ],
  agreed: async ({}, use) => use(await getRunSettings()),
  application: async ({ agreed }, use) => {
    const client = new Inngest({ id: "application", isDev: false, baseUrl: agreed.url, eventKey: agreed.eventKey });
    await use({
      async send(...observations) {
        await client.send(observations.map((observation) => ({ name: "observation.created", data: { observation } })));
      },
    });
  },
  page: async ({ page }, use) => {
    const expectNone = watchProblems(page);
    await use(page);
    expectNone();
  },
  admin: async ({ page, context }, use) => {
    const { cookies } = JSON.parse(readFileSync(ADMIN_COOKIES_FILE, "utf8")) as {
      cookies: Parameters<typeof context.addCookies>[0];
    };
    await context.addCookies(cookies);
    await use(page);
  },
  colleague: async ({ agreed: { url }, browser, call }, use) => {
    const email = `colleague-${randomUUID()}@example.com`;
    const password = "a-long-enough-password";
    const { link } = await call<{ link: string }>("accessLink.invite", { email, role: "admin" });
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
    const token = new URL(link).pathname.split("/").at(-1);
    await callProcedure(context.request, "accessLink.accept", { token, name: "A colleague", password });
    const signedIn = await context.request.post("/api/auth/sign-in/email", {
      data: { email, password },
      headers: { origin: url },
    });
    expect(signedIn.status(), await signedIn.text()).toBe(200);
    const page = await context.newPage();
    const expectNone = watchProblems(page);
    await use(page);
    expectNone();
    await context.close();
  },
  projectUrl: async ({ admin }, use) => {
    const answer = await admin.request.get("/", { maxRedirects: 0 });
    await use(answer.headers().location!.match(/\/projects\/[^/]+/)![0]);
  },
  call: async ({ admin, projectUrl }, use) => {
    const projectId = projectUrl.split("/").at(-1)!;
    await use((procedure, input) => callProcedure(admin.request, procedure, { projectId, ...input }));
  },
  namedTrigger: async ({ call, receiver }, use) => {
    await use(async (word) => {
      const name = `${word} ${Date.now()}`;
      const path = name.replace(" ", "-");
      return { name, path, ...(await makeTrigger(call, { name, url: receiver.url("200", path) })) };
    });
  },
});

/** Calls a tRPC procedure with the cookies of a browser. */
export async function callProcedure<Result>(
  request: APIRequestContext,
  procedure: string,
  input: object,
): Promise<Result> {
  const answer = await request.post(`/api/trpc/${procedure}`, { data: { json: input } });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { result: { data: { json: Result } } }).result.data.json;
}

/**
 * Collects console errors and exceptions of a page.
 * @returns a function that fails the test if there were any
 */
function watchProblems(page: Page): () => void {
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  // Chromium prints a console error for every 4xx answer, also for expected ones.
  return () => expect(problems.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([]);
}

/** Creates an action with this URL, and a trigger on observations with this name. */
export async function makeTrigger(
  call: ProcedureCaller,
  { name, url, retry }: { name: string; url: string; retry?: object },
): Promise<{ actionId: string; triggerId: string; secret: string }> {
  const configuration = { url, headers: [], ...(retry ? { retry } : {}) };
  const action = await call<{ id: string; secret: string }>("action.create", { name, type: "webhook", configuration });
  const filter = {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "name", operator: "=", value: name }],
  };
  const trigger = { name, eventSource: "observation.created", filter, actionIds: [action.id] };
  const { id: triggerId } = await call<{ id: string }>("trigger.create", trigger);
  return { actionId: action.id, triggerId, secret: action.secret };
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/projects\//);
}

/**
 * Waits until nothing loads. Then expects no accessibility problem that axe finds, and a page that does not scroll
 * sideways. By default axe checks all its rules.
 */
export async function expectAccessible(page: Page, rules?: string[]): Promise<void> {
  // A part of the page that loads again is dimmed, and its text then has too little contrast.
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  const { violations } = await (rules ? makeAxe(page).withRules(rules) : makeAxe(page)).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual(
    [],
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
}

/** Opens the command menu by its keys, once the page listens to keys: its button then names them. */
export async function openCommandMenu(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Search and commands \(/ }).waitFor();
  await page.keyboard.press("ControlOrMeta+k");
}

/** Searches for an action in the trigger form, and adds the found action. */
export async function addActionInTriggerForm(page: Page, name: string): Promise<void> {
  await page.getByRole("combobox", { name: "Add an action" }).click();
  await page.getByPlaceholder("Search actions by name…").fill(name);
  await page.getByRole("option", { name }).first().click();
  await expect(page.getByRole("list", { name: "Chosen actions" })).toContainText(name);
}

export { expect };
