import { getEnv } from "@/env";
import { endpoints } from "@/server/rest/endpoints";
import { openApiDocument } from "@/server/rest/openapi";

export const dynamic = "force-dynamic";

/** Returns the OpenAPI 3.1 document of the REST API. It is public, because it holds no data of a project. */
export function GET(): Response {
  return Response.json(openApiDocument(endpoints, getEnv().appUrl), { headers: { "cache-control": "no-cache" } });
}
