import { otlpEncodingOf } from "./client-headers";
import { refuseOtlpExport } from "./otlp-answer";

/** Answers a path that nothing serves. Clients of an API read JSON or protobuf, so a page would not help them. */
export function answerUnknownPath(request: Request): Response {
  // The message does not repeat the path, because the path may hold a key.
  const message =
    `This server has nothing at this address for ${request.method}. ` + "The guide for senders lists all addresses.";
  if (otlpEncodingOf(request) === "protobuf") return refuseOtlpExport("protobuf", 404, message);
  return Response.json({ code: 5, error: "Not found", message }, { status: 404 });
}

export function answerMethodNotAllowed(request: Request, allowed: string): Response {
  const message = `${request.method} is not taken here; send ${allowed}.`;
  return Response.json(
    { code: 12, error: "Method not allowed", message },
    { status: 405, headers: { allow: allowed } },
  );
}
