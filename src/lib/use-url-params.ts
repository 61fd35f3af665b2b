"use client";

import { useCallback, useMemo } from "react";
import { useUrl } from "./url";
import {
  changeUrlParams,
  readUrlParams,
  type UrlChange,
  type UrlParam,
  type UrlParams,
  type UrlValues,
} from "./url-params";

/**
 * Returns the values of some parameters of the URL, and a function that changes them. The values stay the same objects
 * until these parameters change in the URL. A change replaces the entry in the browser's history. `change(null)`
 * removes all of these parameters.
 * @param params the same object at each call
 */
export function useUrlParams<Params extends UrlParams>(
  params: Params,
): [UrlValues<Params>, (change: UrlChange<Params> | null) => void] {
  const { search, newest, show } = useUrl();
  const own = ownPart(params, search);
  const values = useMemo(() => readUrlParams(params, own), [params, own]);
  const change = useCallback(
    (change: UrlChange<Params> | null) => {
      const { pathname, search } = newest();
      const none = Object.fromEntries(Object.keys(params).map((name) => [name, null])) as UrlChange<Params>;
      show(pathname + changeUrlParams(params, search, change ?? none), true);
    },
    [params, newest, show],
  );
  return [values, change];
}

/** Returns the value of one parameter of the URL, and a function that changes it. Null removes it. */
export function useUrlParam<Value>(name: string, param: UrlParam<Value>): [Value, (value: Value | null) => void] {
  const params = useMemo(() => ({ [name]: param }), [name, param]);
  const [values, change] = useUrlParams(params);
  const set = useCallback((value: Value | null) => change({ [name]: value }), [change, name]);
  return [values[name] as Value, set];
}

/**
 * Returns a query string of the given parameters alone. A change of another parameter then gives an equal text, and
 * causes no new values.
 */
function ownPart(params: UrlParams, search: string): string {
  const query = new URLSearchParams(search);
  return new URLSearchParams([...query].filter(([name]) => name in params)).toString();
}
