import { readdirSync } from "node:fs";

/** Lists the route handlers of the app by their files: `/e/[key]`. */
export const listRouteHandlers = (): string[] =>
  readdirSync("src/app", { recursive: true, encoding: "utf8" })
    .map((file) => `/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith("/route.ts"))
    .map((file) => file.slice(0, -"/route.ts".length))
    .sort();
