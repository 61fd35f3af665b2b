import { answerReferenceStyle } from "@/server/rest/reference-page";

export function GET(): Response {
  return answerReferenceStyle();
}
