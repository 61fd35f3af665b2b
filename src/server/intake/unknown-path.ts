import { readOtlpEncoding } from "./client-headers";
import { refuseOtlpExport } from "./otlp-answer";

/**
 * Answers a request for a path that does not exist below the APIs. It answers in JSON or protobuf, because clients of
 * an API cannot read a page.
 */
export function answerUnknownPath(request: Request): Response {
  // The message leaves out the path, because the path may hold an event key.
  const message =
    `This server has nothing at this address for ${request.method}. ` + "The guide for senders lists all addresses.";
  if (readOtlpEncoding(request) === "protobuf") return refuseOtlpExport("protobuf", 404, message);
  return Response.json({ code: 5, error: "Not found", message }, { status: 404 });
}

export function answerMethodNotAllowed(request: Request, allowed: string): Response {
  const message = `${request.method} is not taken here; send ${allowed}.`;
  return Response.json(
    { code: 12, error: "Method not allowed", message },
    { status: 405, headers: { allow: allowed } },
  );
}
