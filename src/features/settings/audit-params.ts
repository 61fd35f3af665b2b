import { parseAsString, type inferParserType } from "nuqs/server";

/** The filters of the audit log and the open entry, in the URL. */
export const auditParams = {
  noun: parseAsString.withDefault(""),
  search: parseAsString.withDefault(""),
  entry: parseAsString,
};

/** Returns the input of the list query. Server and browser share it. */
export const toAuditInput = (
  projectId: string,
  { noun, search }: Pick<inferParserType<typeof auditParams>, "noun" | "search">,
) => ({ projectId, ...(noun ? { noun } : {}), ...(search ? { search } : {}) });
