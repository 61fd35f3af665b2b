import { restEndpoints } from "@/server/rest/endpoints";
import { makeReferencePage } from "@/server/rest/reference-page";

/** Serves the reference page of the REST API. */
export function GET(): Response {
  return makeReferencePage(restEndpoints);
}
