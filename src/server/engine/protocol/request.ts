import { sign } from "./sign";

/** The serve handler of an Inngest app, from `inngest/next` or `inngest/edge`. */
export type ServeHandler = {
  POST(request: Request, context?: unknown): Promise<Response>;
  PUT(request: Request, context?: unknown): Promise<Response>;
};

/** Signs a request over the JCS form of its body. The form is made on demand. */
export type Signature = { signingKey: string; canonicalBody: () => string };

/** An in-process request to the serve handler, signed if there is a key. */
export function serveRequest(
  method: "POST" | "PUT",
  url: URL,
  body: string,
  signature: Signature | null,
  headers: Record<string, string> = {},
): Request {
  return new Request(url, {
    method,
    body,
    headers: {
      "content-type": "application/json",
      // The edge handler needs the host header besides the URL.
      host: url.host,
      ...(signature
        ? { "x-inngest-signature": sign(signature.canonicalBody(), signature.signingKey, Date.now()) }
        : {}),
      ...headers,
    },
  });
}
