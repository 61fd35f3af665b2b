import type { HeaderList } from "@/domain/header-list";

type Request = { method: string; url: string; headers: HeaderList };

/** Headers that curl sets itself, so the command leaves them out. */
const own = new Set(["content-length", "host", "connection"]);

/**
 * Returns a curl command for a POSIX shell that repeats a request. Masked secret headers stay masked.
 * @param body the sent body; null leaves the body out
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

/** Quotes a text for a POSIX shell. Within single quotes only the single quote itself has a special meaning. */
const quote = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
