import { answerUnknownPath } from "@/server/intake/unknown-path";

/** Answers paths below /api and /v1 that no other route serves. */
const handle = (request: Request): Response => answerUnknownPath(request);

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
