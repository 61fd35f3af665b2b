import { readdirSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { join, relative, sep } from "node:path";

const PREFIX = "/_next/static/";
const TYPES = { js: "application/javascript; charset=UTF-8", css: "text/css; charset=UTF-8" };

/**
 * Answers a request for a script or a style with its Brotli form, which the build wrote (src/cli/prepare/
 * compress-static.mjs). Next serves the file and sets all other headers. Next itself knows only gzip, and would
 * compress again for each request. Every other request passes unchanged.
 * @param folder .next/static
 */
export function withCompressedStatic(folder: string, handle: RequestListener): RequestListener {
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

/** Returns the paths of the files that have a Brotli form. A build without them has none. */
function compressedPaths(folder: string): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.(js|css)\.br$/.test(entry.name)) {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).map(encodeURIComponent).join("/");
      paths.add(PREFIX + path.slice(0, -".br".length));
    }
  return paths;
}

/** A part of a file has no meaning in the compressed form, so a request for a part gets the plain file. */
const takesBrotli = ({ method, headers }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") &&
  headers.range === undefined &&
  /(^|,)\s*br\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[^,]*)?(,|$)/.test(String(headers["accept-encoding"] ?? ""));
