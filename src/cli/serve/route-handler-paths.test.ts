import { expect, test } from "vitest";
import { config } from "@/proxy";
import { listRouteHandlers } from "@/test/route-handlers";
import { findRouteHandlerPath, ROUTE_HANDLER_PATHS } from "./route-handler-paths";

const handlers = listRouteHandlers().map((handler) => ({ handler, path: handler.replace(/\[[^/]*\]/g, "x") }));

test("each route handler has an entry, and each entry has a route handler", () => {
  const found = handlers.map(({ handler, path }) => ({ handler, entry: findRouteHandlerPath(path) }));
  expect(found.filter(({ entry }) => entry === undefined)).toEqual([]);
  expect(ROUTE_HANDLER_PATHS.filter((one) => !found.some(({ entry }) => entry === one))).toEqual([]);
});

test("Next keeps no body of a handler that limits bodies: the matcher of src/proxy.ts leaves its path out", () => {
  const matcher = new RegExp(`^${config.matcher[0]!.source}$`);
  expect(handlers.map(({ path }) => ({ path, isKept: matcher.test(path) }))).toEqual(
    handlers.map(({ path }) => ({ path, isKept: !findRouteHandlerPath(path)!.limitsBodies })),
  );
});
