import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { fitsListFilters, patchExecutionLists, patchListPages, type ListedExecution } from "./patch-execution-lists";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const row = (second: number, more: Partial<ListedExecution> = {}): ListedExecution => ({
  id: `exe_${String(second).padStart(3, "0")}`,
  eventSource: "observation.created",
  sourceId: `obs-${second}`,
  status: "PENDING",
  statusReason: "",
  attemptCount: 0,
  isResend: false,
  dueAt: at(second),
  createdAt: at(second),
  startedAt: null,
  finishedAt: null,
  cancelRequestedAt: null,
  output: null,
  error: null,
  responseCode: null,
  errorCode: null,
  trigger: { id: "trg_1", name: "Errors", deleted: false },
  action: { id: "act_1", name: "Jira", deleted: false },
  wait: null,
  observation: null,
  lastAttemptMs: null,
  ...more,
});
const NOW = at(50).getTime();
const all = { projectId: "prj_1" };
const page = (items: ListedExecution[], nextCursor: string | null = null) => ({ items, nextCursor });
const ids = (pages: { items: ListedExecution[] }[] | null) => pages?.map(({ items }) => items.map(({ id }) => id));

test("a new execution comes first, and a changed one is replaced on the page where it is", () => {
  const pages = [page([row(5), row(4)], "more"), page([row(3), row(2)])];
  const patched = patchListPages(pages, [row(6), row(3, { status: "COMPLETED" })], { filters: all, now: NOW });
  expect(ids(patched)).toEqual([
    ["exe_006", "exe_005", "exe_004"],
    ["exe_003", "exe_002"],
  ]);
  expect(patched?.[1]?.items[0]?.status).toBe("COMPLETED");
});

test("an execution that no longer fits the filter leaves the list", () => {
  const patched = patchListPages([page([row(2), row(1)])], [row(2, { status: "ERROR" })], {
    filters: { ...all, status: ["PENDING"] },
    now: NOW,
  });
  expect(ids(patched)).toEqual([["exe_001"]]);
});

test("a resent execution that is older than the loaded rows is not put among them", () => {
  expect(ids(patchListPages([page([row(9), row(8)], "more")], [row(1)], { filters: all, now: NOW }))).toEqual([
    ["exe_009", "exe_008"],
  ]);
});

test("a list whose load is under way is loaded again, because the answer may be older than the message", async () => {
  const queryClient = new QueryClient();
  const queryKey = [["execution", "list"], { input: all, type: "query" }];
  const answers = [page([row(1)]), new Promise<never>(() => undefined)];
  const observer = new QueryObserver(queryClient, { queryKey, queryFn: () => answers.shift() });
  const stop = observer.subscribe(() => undefined);
  await expect.poll(() => observer.getCurrentResult().isFetched).toBe(true);
  const patch = () =>
    patchExecutionLists(queryClient, { queryKey: [["execution", "list"]] }, { ...all, rows: [row(2)] });
  expect(patch()).toBe(true);
  void queryClient.invalidateQueries({ queryKey });
  expect(patch()).toBe(false);
  stop();
  await queryClient.cancelQueries();
});

test("a list of a few rows keeps its length", () => {
  expect(
    ids(patchListPages([page([row(2), row(1)], "more")], [row(3)], { filters: { ...all, limit: 2 }, now: NOW })),
  ).toEqual([["exe_003", "exe_002"]]);
});

test("a list whose filter only the server can answer is loaded again, and so is one that grew too long", () => {
  expect(patchListPages([page([row(1)])], [row(2)], { filters: { ...all, search: "jira" }, now: NOW })).toBeNull();
  const many = Array.from({ length: 200 }, (_, index) => row(index)).toReversed();
  expect(patchListPages([page(many)], [row(500)], { filters: all, now: NOW })).toBeNull();
});

test.each([
  ["its trigger", { triggerId: "trg_2" }, false],
  ["another action and a search", { actionId: "act_2", search: "x" }, false],
  ["a search", { search: "x" }, null],
  ["the last minute", { since: "1m" }, true],
  ["a shorter span, in which it was not made", { since: "1m", status: ["PENDING" as const], from: at(6) }, false],
  ["the range that has it", { from: at(0), to: at(10) }, true],
  ["a later range", { from: at(6) }, false],
  ["an earlier range", { to: at(5) }, false],
  ["failed ones", { status: ["FAILED" as const] }, false],
  ["waiting ones of one kind", { status: ["PAUSED" as const] }, null],
  ["all that waits", { status: ["PENDING" as const] }, true],
])("a waiting execution against a list of %s", (_, filters, expected) => {
  expect(fitsListFilters(row(5), { ...all, ...filters }, NOW)).toBe(expected);
});
