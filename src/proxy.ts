import { NextResponse, type NextRequest } from "next/server";
import { makePageContentSecurityPolicy } from "@/server/security-headers";

/**
 * Sets a strict Content-Security-Policy with a new nonce on every page. Next reads the nonce from the request's header
 * and puts it on its scripts. Style attributes are allowed; style elements need the nonce.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = makePageContentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  /*
   * The pattern leaves out files, and the paths whose handlers read bodies: of a body on a path that matches, Next
   * keeps only the first 10 MB.
   */
  matcher: [
    {
      source: "/((?!api/|e/|mcp$|_next/static|_next/image|favicon|icon).*)",
      missing: [{ type: "header", key: "next-router-prefetch" }],
    },
  ],
};
