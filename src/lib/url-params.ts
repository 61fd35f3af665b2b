/*
 * Pages keep their state in the parameters of their URL. The parameters of a list are declared in one file, for the
 * server and the browser.
 */

/** A parameter of the URL: how its text is read and written. */
export type UrlParam<Value> = {
  /** returns null for a text that the parameter cannot have */
  parse(text: string): NonNullable<Value> | null;
  serialize(value: NonNullable<Value>): string;
  /** the value if the URL lacks the parameter, or has a text that cannot be read */
  missing: Value;
  withDefault(value: NonNullable<Value>): UrlParam<NonNullable<Value>>;
};
export type UrlParams = Readonly<Record<string, UrlParam<unknown>>>;
export type UrlValues<Params extends UrlParams> = { [Name in keyof Params]: Params[Name]["missing"] };
/** New values of some parameters. Null removes a parameter from the URL. */
export type UrlChange<Params extends UrlParams> = { [Name in keyof Params]?: Params[Name]["missing"] | null };
/** The parameters of a URL as Next.js gives them to a page. */
export type SearchParams = Record<string, string | string[] | undefined>;

type Form<Value> = Pick<UrlParam<Value>, "parse" | "serialize">;

const paramWith = <Value>(form: Form<Value>, missing: Value): UrlParam<Value> => ({
  ...form,
  missing,
  withDefault: (value) => paramWith<NonNullable<Value>>(form as Form<NonNullable<Value>>, value),
});

/** Makes a parameter that is null if the URL lacks it. */
export const makeUrlParam = <Value extends NonNullable<unknown>>(form: Form<Value>): UrlParam<Value | null> =>
  paramWith<Value | null>(form as Form<Value | null>, null);

export const textParam = makeUrlParam<string>({ parse: (text) => text, serialize: (text) => text });

/** The longest text, in characters, for which the API searches a list. */
export const SEARCH_LENGTH_MAX = 200;

/** The text of a search. A longer text, such as a pasted document, is cut, so that the list still loads. */
export const searchParam = makeUrlParam<string>({
  parse: (text) => text.slice(0, SEARCH_LENGTH_MAX),
  serialize: (text) => text,
}).withDefault("");

export const booleanParam = makeUrlParam<boolean>({ parse: (text) => text === "true", serialize: String });

/** A point in time. It is written in the form of ISO 8601. */
export const timeParam = makeUrlParam<Date>({
  parse: (text) => (Number.isNaN(Date.parse(text)) ? null : new Date(text)),
  serialize: (time) => time.toISOString(),
});

export const makeOneOfParam = <const Value extends string>(values: readonly Value[]): UrlParam<Value | null> =>
  makeUrlParam<Value>({
    parse: (text) => values.find((value) => value === text) ?? null,
    serialize: (value) => value,
  });

/** Writes the commas and percent signs of a list's item as `%2C` and `%25`. */
const escapeComma = (text: string): string => text.replace(/%|,/g, encodeURIComponent);
const unescapeComma = (text: string): string => text.replaceAll("%2C", ",").replaceAll("%25", "%");

/** A list with commas between its items. Items that cannot be read are left out. */
export const makeListParam = <Item>(item: UrlParam<Item>): UrlParam<NonNullable<Item>[] | null> =>
  makeUrlParam<NonNullable<Item>[]>({
    parse: (text) =>
      text === ""
        ? []
        : text
            .split(",")
            .map((part) => item.parse(unescapeComma(part)))
            .filter((part) => part !== null),
    serialize: (items) => items.map((each) => escapeComma(item.serialize(each))).join(","),
  });

/**
 * Reads parameters from a query string, or from the parameters that Next.js gives to a page. If a name occurs twice,
 * its first value counts.
 */
export function readUrlParams<Params extends UrlParams>(
  params: Params,
  source: string | SearchParams,
): UrlValues<Params> {
  const texts = typeof source === "string" ? Object.fromEntries([...new URLSearchParams(source)].toReversed()) : source;
  const values = Object.entries(params).map(([name, { parse, missing }]) => {
    const text = [texts[name]].flat()[0];
    return [name, (text === undefined ? null : parse(text)) ?? missing];
  });
  return Object.fromEntries(values) as UrlValues<Params>;
}

/**
 * Returns a query string with other values of some parameters. A parameter with its default value is left out.
 * @param search the present query string
 * @returns "" without parameters, else a text that begins with "?"
 */
export function changeUrlParams<Params extends UrlParams>(
  params: Params,
  search: string,
  change: UrlChange<Params>,
): string {
  const query = new URLSearchParams(search);
  for (const [name, { serialize, missing }] of Object.entries(params)) {
    if (!(name in change)) continue;
    const value = change[name] ?? null;
    const text = value === null ? null : serialize(value);
    if (text === null || (missing !== null && missing !== undefined && text === serialize(missing))) query.delete(name);
    else query.set(name, text);
  }
  // Commas and colons need no escape in a query string, and people read it.
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text && `?${text}`;
}

/** Makes a function that reads the values of parameters from a URL. */
export const makeUrlReader =
  <Params extends UrlParams>(params: Params) =>
  (source: string | SearchParams): UrlValues<Params> =>
    readUrlParams(params, source);

/** Makes a function that writes the URL of a path with the values of its parameters. */
export const makeUrlWriter =
  <Params extends UrlParams>(params: Params) =>
  (path: string, values: UrlChange<Params>): string =>
    path + changeUrlParams(params, "", values);
