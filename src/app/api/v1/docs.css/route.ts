import { answerReferenceStyle } from "@/server/rest/reference-page";

/** Serves the CSS of the page that documents the REST API. */
export function GET(): Response {
  return answerReferenceStyle();
}
