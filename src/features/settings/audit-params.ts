import { searchParam, textParam, type UrlValues } from "@/lib/url-params";

/** The URL parameters of the audit log: its filters, and the id of the open entry. */
export const auditParams = {
  noun: textParam.withDefault(""),
  search: searchParam,
  entry: textParam,
};

/**
 * Makes the input of the list query. The server and the browser share this function, so that both use the same query
 * key.
 */
export const toAuditListInput = (
  projectId: string,
  { noun, search }: Pick<UrlValues<typeof auditParams>, "noun" | "search">,
) => ({ projectId, ...(noun ? { noun } : {}), ...(search ? { search } : {}) });
