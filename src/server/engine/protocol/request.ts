import { sign } from "./sign";

/** The serve handler of an Inngest app, from `inngest/next` or `inngest/edge`. */
export type ServeHandler = {
  POST(request: Request, context?: unknown): Promise<Response>;
  PUT(request: Request, context?: unknown): Promise<Response>;
};

/** Signs a request over the JCS form of its body, which is made only then. */
export type Signature = { signingKey: string; canonicalBody: () => string };

/** A request to the serve handler, handed over in process: nothing goes over the wire. Signed where there is a key. */
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
      // The edge handler needs the host even where the URL has it.
      host: url.host,
      ...(signature
        ? { "x-inngest-signature": sign(signature.canonicalBody(), signature.signingKey, Date.now()) }
        : {}),
      ...headers,
    },
  });
}
