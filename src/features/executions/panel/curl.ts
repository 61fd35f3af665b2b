import type { HeaderList } from "@/domain/header-list";

type Request = { method: string; url: string; headers: HeaderList };

/** The headers that curl writes by itself. */
const own = new Set(["content-length", "host", "connection"]);

/**
 * A request as a curl command for a POSIX shell. Headers are those that were kept: masked values stay masked.
 * @param body the bytes that were sent; null leaves the body out
 */
export function toCurl({ method, url, headers }: Request, body: string | null): string {
  const kept = headers.filter(([name]) => !own.has(name.toLowerCase()));
  const lines = [
    `curl -X ${quote(method)} ${quote(url)}`,
    ...kept.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${quote(body)}`]),
  ];
  return lines.join(" \\\n  ");
}

/** Within single quotes a shell takes everything as it is, but for the quote itself. */
const quote = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
