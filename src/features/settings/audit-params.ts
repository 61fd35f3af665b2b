import { textParam, type UrlValues } from "@/lib/url-params";

/** The filters of the audit log and the open entry, in the URL. */
export const auditParams = {
  noun: textParam.withDefault(""),
  search: textParam.withDefault(""),
  entry: textParam,
};

/** Returns the input of the list query. Server and browser share it. */
export const toAuditListInput = (
  projectId: string,
  { noun, search }: Pick<UrlValues<typeof auditParams>, "noun" | "search">,
) => ({ projectId, ...(noun ? { noun } : {}), ...(search ? { search } : {}) });
