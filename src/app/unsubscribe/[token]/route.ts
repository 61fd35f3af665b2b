import { decodePathSegment } from "@/lib/decode-path-segment";
import { AppError } from "@/server/errors";
import { getRuntime } from "@/server/runtime";
import { unsubscribeFromDigests } from "@/server/services/email/unsubscribe";

export const dynamic = "force-dynamic";

type RouteContext = { params: Promise<{ token: string }> };

/**
 * Shows a page with a button that stops the emails. GET itself changes nothing, because mail filters open links to
 * check them.
 */
export function GET(): Response {
  return page(
    "Stop these emails?",
    `<form method="post"><button type="submit">Send me no more notices by email</button></form>
     <p>The account page lets you choose kinds of notices instead.</p>`,
  );
}

/**
 * Stops the emails of a person. The button on the GET page and the unsubscribe button of mail programs (RFC 8058) send
 * this POST.
 */
export async function POST(_request: Request, { params }: RouteContext): Promise<Response> {
  try {
    const { token } = await params;
    await unsubscribeFromDigests((await getRuntime()).context, decodePathSegment(token));
    return page(
      "Done",
      "<p>You get no more notices by email. Invitations and links for a new password still come.</p>",
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return page("This address is not known", "<p>Sign in and choose on the account page.</p>", 404);
  }
}

const page = (title: string, body: string, status = 200): Response =>
  new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
     <title>${title} · Trigger System</title><main><h1>${title}</h1>${body}</main></html>`,
    { status, headers: { "content-type": "text/html; charset=utf-8", "referrer-policy": "no-referrer" } },
  );
