import { restEndpoints } from "@/server/rest/endpoints";
import { makeReferencePage } from "@/server/rest/reference-page";

/** Serves the HTML page that documents the REST API. */
export function GET(): Response {
  return makeReferencePage(restEndpoints);
}
