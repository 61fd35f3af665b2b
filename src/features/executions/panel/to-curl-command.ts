import type { HeaderList } from "@/domain/header-list";

type Request = { method: string; url: string; headers: HeaderList };

/** Headers that curl writes itself. */
const own = new Set(["content-length", "host", "connection"]);

/**
 * Returns a request as a curl command for a POSIX shell. Masked header values stay masked.
 * @param body the sent bytes; null leaves the body out
 */
export function toCurlCommand({ method, url, headers }: Request, body: string | null): string {
  const kept = headers.filter(([name]) => !own.has(name.toLowerCase()));
  const lines = [
    `curl -X ${quote(method)} ${quote(url)}`,
    ...kept.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${quote(body)}`]),
  ];
  return lines.join(" \\\n  ");
}

/** Quotes a text for a shell. Within single quotes only the single quote has a special meaning. */
const quote = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
