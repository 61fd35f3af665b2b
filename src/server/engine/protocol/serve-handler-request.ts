import { signRequestBody } from "./sign-request-body";

/** The serve handler of an Inngest app, from `inngest/next` or `inngest/edge`. */
export type ServeHandler = {
  POST(request: Request, context?: unknown): Promise<Response>;
  PUT(request: Request, context?: unknown): Promise<Response>;
};

/**
 * The signing key of a request, and a function that makes the canonical JSON (JCS) of its body. The signature covers
 * that text.
 */
export type RequestSignatureInput = { signingKey: string; canonicalBody: () => string };

/** Makes a JSON request to the serve handler. Without `signature` the request is not signed. */
export function makeServeHandlerRequest(
  method: "POST" | "PUT",
  url: URL,
  {
    body,
    signature,
    headers = {},
  }: { body: string; signature: RequestSignatureInput | null; headers?: Record<string, string> },
): Request {
  return new Request(url, {
    method,
    body,
    headers: {
      "content-type": "application/json",
      // The SDK's edge handler reads the host from this header, not from the URL.
      host: url.host,
      ...(signature
        ? { "x-inngest-signature": signRequestBody(signature.canonicalBody(), signature.signingKey, Date.now()) }
        : {}),
      ...headers,
    },
  });
}
