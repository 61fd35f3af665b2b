import { writeCanonicalJson } from "@/server/platform/canonical-json";
import { makeServeHandlerRequest, type ServeHandler } from "../protocol/serve-handler-request";
import { FunctionIndex } from "./function-config";
import { compileFunctionConfigs } from "./compile-function-configs";

/**
 * Reads the functions that the app's serve handler lists (Inngest's in-band sync), and checks them. It throws the first
 * problem.
 */
export async function fetchFunctionsOfServeHandler(
  handler: ServeHandler,
  serveUrl: string,
  signingKey?: string,
): Promise<FunctionIndex> {
  const url = new URL(serveUrl);
  const body = { url: serveUrl };
  const signature = signingKey === undefined ? null : { signingKey, canonicalBody: () => writeCanonicalJson(body) };
  const request = makeServeHandlerRequest("PUT", url, {
    body: JSON.stringify(body),
    signature,
    headers: { "x-inngest-sync-kind": "in_band" },
  });
  const response = await handler.PUT(request, {});
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`The serve handler refused the registration with ${response.status}: ${text.slice(0, 500)}`);
  }
  const answer = JSON.parse(text) as { functions?: unknown };
  return new FunctionIndex(compileFunctionConfigs(answer.functions));
}
