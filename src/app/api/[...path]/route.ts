import { unknownPath } from "@/server/intake/unknown-path";

/** Whatever no other route of /api serves, and /v1 with it. */
const handle = (request: Request): Response => unknownPath(request);

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
