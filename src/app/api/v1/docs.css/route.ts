import { answerReferenceStyle } from "@/server/rest/reference-page";

/** Serves the styles of the reference page. */
export function GET(): Response {
  return answerReferenceStyle();
}
