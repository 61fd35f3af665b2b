import { signRequestBody } from "./sign-request-body";

/** The serve handler of an Inngest app, from `inngest/next` or `inngest/edge`. */
export type ServeHandler = {
  POST(request: Request, context?: unknown): Promise<Response>;
  PUT(request: Request, context?: unknown): Promise<Response>;
};

/** The input of a request's signature, which covers the JCS form of the body. That form is made when it is needed. */
export type SignatureInput = { signingKey: string; canonicalBody: () => string };

/** Makes an in-process request to the serve handler, signed if there is a key. */
export function serveRequest(
  method: "POST" | "PUT",
  url: URL,
  {
    body,
    signature,
    headers = {},
  }: { body: string; signature: SignatureInput | null; headers?: Record<string, string> },
): Request {
  return new Request(url, {
    method,
    body,
    headers: {
      "content-type": "application/json",
      // The edge handler needs the host header beside the URL.
      host: url.host,
      ...(signature
        ? { "x-inngest-signature": signRequestBody(signature.canonicalBody(), signature.signingKey, Date.now()) }
        : {}),
      ...headers,
    },
  });
}
