import { sign } from "./sign";

/** The serve handler of an Inngest app, from `inngest/next` or `inngest/edge`. */
export type ServeHandler = {
  POST(request: Request, context?: unknown): Promise<Response>;
  PUT(request: Request, context?: unknown): Promise<Response>;
};

/** A signed request to the serve handler, handed over in process: nothing goes over the wire. */
export function signedRequest(
  method: "POST" | "PUT",
  url: URL,
  body: string,
  canonicalBody: string,
  signingKey: string,
  headers: Record<string, string> = {},
): Request {
  return new Request(url, {
    method,
    body,
    headers: {
      "content-type": "application/json",
      // The edge handler needs the host even where the URL has it.
      host: url.host,
      "x-inngest-signature": sign(canonicalBody, signingKey, Date.now()),
      ...headers,
    },
  });
}
