import { endpoints } from "@/server/rest/endpoints";
import { referencePage } from "@/server/rest/reference-page";

/** Serves the reference page of the REST API. */
export function GET(): Response {
  return referencePage(endpoints);
}
