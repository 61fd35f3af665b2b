/** A route handler, or all handlers below a path that ends with a slash. */
type HandlerPath = {
  path: string;
  /** whether requests may use any host name; only for a handler that trusts no session cookie */
  isForAnyHost: boolean;
  /** whether it limits the bytes of a body before it reads them; the matcher of src/proxy.ts leaves such paths out */
  limitsBodies: boolean;
};

/** Route handlers, which lie outside of the pages. The first entry that fits a path counts. */
export const ROUTE_HANDLER_PATHS: readonly HandlerPath[] = [
  { path: "/e/", isForAnyHost: true, limitsBodies: true },
  { path: "/metrics", isForAnyHost: true, limitsBodies: false },
  { path: "/mcp", isForAnyHost: false, limitsBodies: true },
  { path: "/unsubscribe/", isForAnyHost: false, limitsBodies: false },
  { path: "/api/v1/", isForAnyHost: true, limitsBodies: true },
  { path: "/api/public/", isForAnyHost: true, limitsBodies: true },
  { path: "/api/inngest", isForAnyHost: true, limitsBodies: true },
  { path: "/api/health", isForAnyHost: true, limitsBodies: true },
  { path: "/api/engine", isForAnyHost: true, limitsBodies: true },
  { path: "/api/", isForAnyHost: false, limitsBodies: true },
];

/** Finds the handler of a path as Next gets it; undefined for the path of a page. */
export const findRouteHandlerPath = (path: string): HandlerPath | undefined =>
  ROUTE_HANDLER_PATHS.find((one) => (one.path.endsWith("/") ? path.startsWith(one.path) : path === one.path));
