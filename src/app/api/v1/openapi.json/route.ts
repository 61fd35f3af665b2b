import { getEnv } from "@/env";
import { restEndpoints } from "@/server/rest/endpoints";
import { makeOpenApiDocument } from "@/server/rest/openapi";

export const dynamic = "force-dynamic";

/** Returns the OpenAPI 3.1 document of the REST API. It is public, because it holds no data of a project. */
export function GET(): Response {
  return Response.json(makeOpenApiDocument(restEndpoints, getEnv().appUrl), {
    headers: { "cache-control": "no-cache" },
  });
}
