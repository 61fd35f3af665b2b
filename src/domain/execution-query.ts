import type { ExecutionStatus } from "./execution";

/*
 * The search over executions that a person types: `status:failed code:5xx action:"Jira" attempts:>2 since:2h timeout`.
 * The API has the same words as filters. Words without a field name form one free text, which is recognised by its
 * form. The browser loads this file with the list, so the file imports no library.
 */

/** The kinds of waiting executions, as people see them. The status PENDING covers all four. */
export const pendingStates = ["WAITING", "SCHEDULED", "RETRYING", "PAUSED"] as const;
export type PendingState = (typeof pendingStates)[number];
export const isPendingState = (text: string): text is PendingState =>
  (pendingStates as readonly string[]).includes(text);

const storedStatuses = ["PENDING", "RUNNING", "COMPLETED", "ERROR", "CANCELLED", "SKIPPED"] as const;
/** The statuses to filter by: the stored statuses, the kinds of waiting, and FAILED, which means ERROR. */
export const statusFilters = [
  ...(storedStatuses satisfies readonly ExecutionStatus[]),
  ...pendingStates,
  "FAILED",
] as const;
export type StatusFilter = (typeof statusFilters)[number];

/** The pattern that the text of a search field must match, and the message for any other text. */
type TextRule = { pattern: RegExp; message: string };
/** A response code, or a class of response codes: `404`, `5xx`. */
export const searchedResponseCodeRule: TextRule = {
  pattern: /^[1-5](xx|\d\d)$/,
  message: "Write a response code such as 404, or a class such as 5xx.",
};
/** A number of attempts: `3`, `>2`, `>=2`, `<3`, `<=3`. */
export const searchedAttemptCountRule: TextRule = {
  pattern: /^(>=|<=|>|<)?\d{1,4}$/,
  message: "Write a number of attempts such as 3, >2 or <=5.",
};
/** A period that ends now: `30m`, `2h`, `7d`. */
export const searchedPeriodRule: TextRule = {
  pattern: /^[1-9]\d{0,3}[mhd]$/,
  message: "Write a span such as 30m, 2h or 7d.",
};

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Returns the length of a period in ms. */
export const parsePeriodMs = (span: string): number =>
  Number(span.slice(0, -1)) * unitMs[span.at(-1) as keyof typeof unitMs];

/** Returns the lowest and the highest number of attempts that a filter accepts; null means no bound. */
export function parseAttemptCountBounds(filter: string): { min: number | null; max: number | null } {
  const [, sign = "", digits = "0"] = /^(>=|<=|>|<)?(\d+)$/.exec(filter) ?? [];
  const number = Number(digits);
  if (sign === ">") return { min: number + 1, max: null };
  if (sign === ">=") return { min: number, max: null };
  if (sign === "<") return { min: null, max: number - 1 };
  if (sign === "<=") return { min: null, max: number };
  return { min: number, max: number };
}

/** The fields of a search. A list holds alternatives. */
export type ExecutionSearchFields = {
  status: StatusFilter[];
  code: string[];
  error: string[];
  attempts: string;
  /** a trigger's name or id */
  trigger: string;
  /** an action's name or id */
  action: string;
  env: string;
  /** the name of the subject */
  name: string;
  trace: string;
  source: string;
  since: string;
  /** free text: an id of any kind, or a part of a name */
  q: string;
};
type QueryField = keyof ExecutionSearchFields;

/** The names that people may type for a field, with the field that each name means. */
const aliases = new Map<string, QueryField>([
  ["status", "status"],
  ["is", "status"],
  ["code", "code"],
  ["http", "code"],
  ["error", "error"],
  ["attempts", "attempts"],
  ["tries", "attempts"],
  ["trigger", "trigger"],
  ["action", "action"],
  ["env", "env"],
  ["environment", "env"],
  ["name", "name"],
  ["observation", "name"],
  ["trace", "trace"],
  ["source", "source"],
  ["since", "since"],
]);

/** Words for statuses in lower case: those that pages show, and others that people know. */
const statusWords = new Map<string, StatusFilter>([
  ["delivered", "COMPLETED"],
  ["sending", "RUNNING"],
  ...statusFilters.map((status) => [status.toLowerCase(), status] as const),
  ["error", "FAILED"],
]);

/** Returns the status that a word names, in upper or lower case; null if the word names none. */
export const readStatusWord = (word: string): StatusFilter | null => statusWords.get(word.toLowerCase()) ?? null;

const rules: Partial<Record<QueryField, TextRule>> = {
  code: searchedResponseCodeRule,
  attempts: searchedAttemptCountRule,
  since: searchedPeriodRule,
};

export type ParsedExecutionQuery = {
  query: Partial<ExecutionSearchFields>;
  /** words that name a field, with a value that the field cannot have; the query leaves them out */
  problems: { word: string; message: string }[];
};

/**
 * Parses a search that a person typed. A word without a known field, or without a value, becomes part of the free text.
 */
export function parseExecutionQuery(text: string): ParsedExecutionQuery {
  const query: Partial<ExecutionSearchFields> = {};
  const problems: ParsedExecutionQuery["problems"] = [];
  const free: string[] = [];
  for (const word of wordsOf(text)) {
    const [, key = "", value = ""] = /^([a-z]+):([\s\S]*)$/i.exec(word) ?? [];
    const field = aliases.get(key.toLowerCase());
    if (!field || value === "") free.push(word);
    else {
      const message = addTo(query, field, value);
      if (message) problems.push({ word, message });
    }
  }
  const q = free.join(" ").trim();
  return { query: q ? { ...query, q } : query, problems };
}

/** Adds a value to a query. Returns a message instead if the field cannot have the value. */
function addTo(query: Partial<ExecutionSearchFields>, field: QueryField, value: string): string | null {
  if (field === "status") {
    const found = value.split(",").map(readStatusWord);
    if (found.includes(null)) return `There is no status “${value}”. Write failed, delivered, retrying or another one.`;
    query.status = [...new Set([...(query.status ?? []), ...(found as StatusFilter[])])];
    return null;
  }
  const values = field === "code" || field === "error" ? value.toLowerCase().split(",") : [value];
  const rule = rules[field];
  if (rule && !values.every((each) => rule.pattern.test(each))) return rule.message;
  if (field === "code" || field === "error") query[field] = [...new Set([...(query[field] ?? []), ...values])];
  else query[field] = value;
  return null;
}

/** Splits a search at spaces outside of quotes, and removes the quotes. */
function wordsOf(text: string): string[] {
  const found = text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  return found.map((word) => word.replaceAll('"', ""));
}

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

/** Writes a query as people type it, so that `parseExecutionQuery` reads it back. */
export function writeExecutionQuery(query: Partial<ExecutionSearchFields>): string {
  const words = (Object.entries(query) as [QueryField, string | string[]][]).flatMap(([field, value]) => {
    if (value.length === 0) return [];
    if (field === "q") return [value as string];
    const text = Array.isArray(value) ? value.join(",") : value;
    return [`${field}:${quoted(field === "status" ? text.toLowerCase() : text)}`];
  });
  return words.join(" ");
}

/** The free text of a search, with its recognised kind. `text` is a part of a name, or the beginning of a source id. */
export type RecognisedSearchText =
  | { kind: "execution" | "trigger" | "action" | "event" | "trace" | "source"; value: string }
  | { kind: "code"; value: string }
  | { kind: "text"; value: string };

/** Recognises the text that a person pasted: an id by its prefix or its form, a response code, else a text. */
export function recogniseSearchText(text: string): RecognisedSearchText {
  const value = text.trim();
  const [, prefix] = /^(exe|trg|act|evt)_[0-9a-z-]+$/i.exec(value) ?? [];
  const kinds = { exe: "execution", trg: "trigger", act: "action", evt: "event" } as const;
  if (prefix) return { kind: kinds[prefix.toLowerCase() as keyof typeof kinds], value: value.toLowerCase() };
  if (/^[0-9a-f]{32}$/i.test(value)) return { kind: "trace", value: value.toLowerCase() };
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return { kind: "source", value };
  if (searchedResponseCodeRule.pattern.test(value.toLowerCase())) return { kind: "code", value: value.toLowerCase() };
  return { kind: "text", value };
}
