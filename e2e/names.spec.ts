import type { Locator, Page } from "@playwright/test";
import { expect, test, type ProcedureCaller } from "./fixtures";

/** Letters of a script that runs from right to left. They stand for digits, because digits run from left to right. */
const LETTERS = "ابتثجحخدذر";
const makeArabicName = (word: string) => word + [...String(Date.now())].map((digit) => LETTERS[Number(digit)]).join("");

/** Creates an action and a trigger on observations with the trigger's name, and sends them nothing yet. */
async function makeNamed(call: ProcedureCaller, names: { trigger: string; action: string }, url: string) {
  const configuration = { url, headers: [] };
  const action = await call<{ id: string }>("action.create", { name: names.action, type: "webhook", configuration });
  const children = [{ type: "condition", column: "name", operator: "=", value: names.trigger }];
  const filter = { type: "group", match: "all", children };
  const { id } = await call<{ id: string }>("trigger.create", {
    name: names.trigger,
    eventSource: "observation.created",
    filter,
    actionIds: [action.id],
  });
  return { triggerId: id, actionId: action.id };
}

/** Returns the words of a text of one line as a person sees them, from left to right. */
const wordsFromLeft = (text: Locator): Promise<string[]> =>
  text.evaluate((element) => {
    const words: { word: string; left: number }[] = [];
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode())
      for (const { 0: word, index } of node.textContent!.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        words.push({ word, left: range.getBoundingClientRect().left });
      }
    return words.sort((one, other) => one.left - other.left).map(({ word }) => word);
  });

async function openExecution(page: Page, projectUrl: string, triggerId: string): Promise<string> {
  await page.goto(`${projectUrl}/executions?trigger=${triggerId}`);
  const link = page.locator("[data-row-link]").first();
  await expect(link).toBeVisible();
  return (await link.getAttribute("data-row-link"))!;
}

test("names that run from right to left stay in the order of their sentence", async ({
  admin: page,
  projectUrl,
  call,
  receiver,
  application,
}) => {
  await page.setViewportSize({ width: 1920, height: 900 });
  const names = { trigger: makeArabicName("طلب"), action: makeArabicName("بلاغ") };
  const { triggerId } = await makeNamed(call, names, receiver.url("200", "right-to-left"));
  await application.send({ id: `right-to-left-${Date.now()}`, name: names.trigger });
  const executionId = await openExecution(page, projectUrl, triggerId);
  await page.goto(`${projectUrl}/executions/${executionId}/page`);
  const title = page.getByRole("heading", { level: 1 });
  await expect(title).toContainText(names.action);
  expect(await wordsFromLeft(title)).toEqual([names.trigger, "→", names.action]);

  await page.goto(`${projectUrl}/executions/${executionId}`);
  const panelTitle = page.getByRole("dialog").getByRole("heading").first();
  await expect(panelTitle).toContainText(names.action);
  expect(await wordsFromLeft(panelTitle)).toEqual([names.trigger, "→", names.action]);
});

test("a name that runs from right to left and does not fit its cell loses its end", async ({
  admin: page,
  projectUrl,
  call,
  receiver,
  application,
}) => {
  const long = (word: string) => `${makeArabicName(word)}${" بعيد جدا".repeat(8)}`;
  const names = { trigger: long("طلب"), action: long("بلاغ") };
  const { triggerId } = await makeNamed(call, names, receiver.url("200", "right-to-left"));
  await application.send({ id: `right-to-left-${Date.now()}`, name: names.trigger });
  await openExecution(page, projectUrl, triggerId);
  const expectBeginning = async (text: Locator): Promise<void> => {
    await expect(text).toBeVisible();
    const { isCut, isBeginningVisible } = await text.evaluate((element) => {
      const range = document.createRange();
      range.setStart(element.firstChild!, 0);
      range.setEnd(element.firstChild!, 3);
      const [box, first] = [element.getBoundingClientRect(), range.getBoundingClientRect()];
      return {
        isCut: element.scrollWidth > element.clientWidth,
        isBeginningVisible: first.left >= box.left - 1 && first.right <= box.right + 1,
      };
    });
    expect({ isCut, isBeginningVisible }).toEqual({ isCut: true, isBeginningVisible: true });
  };
  await expectBeginning(page.getByRole("cell").getByText(names.trigger, { exact: true }).first());
  await expectBeginning(page.getByRole("cell").getByText(names.action, { exact: true }).first());
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${projectUrl}/triggers/${triggerId}`);
  await expectBeginning(page.getByRole("heading", { level: 1 }));
});

test("names that are HTML, or one word of 100 letters, are text that fits a phone", async ({
  admin: page,
  projectUrl,
  call,
  receiver,
}) => {
  const html = `<img src=x onerror="document.title='run'"><b>bold</b> ${Date.now()}`;
  const long = "W".repeat(86) + Date.now();
  for (const name of [html, long]) {
    const { triggerId, actionId } = await makeNamed(
      call,
      { trigger: name, action: name },
      receiver.url("200", "names"),
    );
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 844 });
      for (const path of ["triggers", "actions", `triggers/${triggerId}`, `actions/${actionId}?tab=configuration`])
        await test.step(`${path} at ${width} px`, async () => {
          await page.goto(`${projectUrl}/${path}`);
          await expect(
            page.getByText(name).or(page.locator(`input[value*="WWWW"], input[value*="<b>"]`)).first(),
          ).toBeVisible();
          expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
          expect(await page.locator("b, img[src=x]").count()).toBe(0);
          expect(await page.title()).not.toBe("run");
        });
    }
  }
});
