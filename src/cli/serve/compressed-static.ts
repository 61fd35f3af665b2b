import { readdirSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { join, relative, sep } from "node:path";

const PREFIX = "/_next/static/";
const TYPES = { js: "application/javascript; charset=UTF-8", css: "text/css; charset=UTF-8" };

/**
 * Answers requests for scripts and styles with the Brotli files that the build wrote
 * (src/cli/prepare/compress-static.mjs). Next sends the file and sets all other headers. Next alone would compress by
 * gzip for each request. All other requests pass unchanged.
 * @param folder .next/static
 */
export function withCompressedStaticFiles(folder: string, handle: RequestListener): RequestListener {
  const compressed = compressedPaths(folder);
  return (request, response) => {
    const { url = "" } = request;
    if (url.startsWith(PREFIX) && compressed.has(url)) {
      response.setHeader("vary", "Accept-Encoding");
      if (takesBrotli(request)) {
        response.setHeader("content-type", TYPES[url.endsWith(".css") ? "css" : "js"]);
        response.setHeader("content-encoding", "br");
        request.url = `${url}.br`;
      }
    }
    handle(request, response);
  };
}

/** Lists the URL paths of the .js and .css files that have a Brotli file. An uncompressed build has none. */
function compressedPaths(folder: string): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.(js|css)\.br$/.test(entry.name)) {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).map(encodeURIComponent).join("/");
      paths.add(PREFIX + path.slice(0, -".br".length));
    }
  return paths;
}

/** A byte range would name bytes of the compressed file. So a request with a range gets the plain file. */
const takesBrotli = ({ method, headers }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") &&
  headers.range === undefined &&
  /(^|,)\s*br\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[^,]*)?(,|$)/.test(String(headers["accept-encoding"] ?? ""));
