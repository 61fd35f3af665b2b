import { referenceStyle } from "@/server/rest/reference-page";

/** The styles of the reference page. */
export function GET(): Response {
  return referenceStyle();
}
