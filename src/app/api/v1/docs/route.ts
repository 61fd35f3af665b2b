import { restEndpoints } from "@/server/rest/endpoints";
import { makeReferencePage } from "@/server/rest/reference-page";

export function GET(): Response {
  return makeReferencePage(restEndpoints);
}
