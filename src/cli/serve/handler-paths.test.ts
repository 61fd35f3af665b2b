import { expect, test } from "vitest";
import { config } from "@/proxy";
import { listRouteHandlers } from "@/test/route-handlers";
import { findHandlerPath, HANDLER_PATHS } from "./handler-paths";

const handlers = listRouteHandlers().map((handler) => ({ handler, path: handler.replace(/\[[^/]*\]/g, "x") }));

test("each route handler has an entry, and each entry has a route handler", () => {
  const found = handlers.map(({ handler, path }) => ({ handler, entry: findHandlerPath(path) }));
  expect(found.filter(({ entry }) => entry === undefined)).toEqual([]);
  expect(HANDLER_PATHS.filter((one) => !found.some(({ entry }) => entry === one))).toEqual([]);
});

test("Next keeps no body of a handler that limits bodies: the matcher of src/proxy.ts leaves its path out", () => {
  const matcher = new RegExp(`^${config.matcher[0]!.source}$`);
  expect(handlers.map(({ path }) => ({ path, isKept: matcher.test(path) }))).toEqual(
    handlers.map(({ path }) => ({ path, isKept: !findHandlerPath(path)!.limitsBodies })),
  );
});
