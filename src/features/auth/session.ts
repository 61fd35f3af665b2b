/** The result of a sign-in. A failure has a message to show to the person. */
export type SignInResult = { ok: true } | { ok: false; message: string };

/** Signs in with email and password. The server's answer sets the session cookie. */
export async function signIn(input: { email: string; password: string }): Promise<SignInResult> {
  const response = await post("/api/auth/sign-in/email", input);
  if (response?.ok) return { ok: true };
  if (response?.status === 403) return { ok: false, message: await sentMessage(response) };
  return { ok: false, message: messageFor(response) };
}

/** Returns the message in the server's answer, or a general message if the answer has none. */
async function sentMessage(response: Response): Promise<string> {
  const { message } = ((await response.json().catch(() => null)) ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : messageFor(response);
}

/**
 * Asks the server for the provider's URL at which single sign-on begins.
 * @param next the path to open after the sign-in
 */
export async function startSsoSignIn(
  next: string,
): Promise<{ ok: true; url: string } | { ok: false; message: string }> {
  const response = await post("/api/auth/sign-in/social", { callbackURL: next });
  const { url } = ((await response?.json().catch(() => null)) ?? {}) as { url?: unknown };
  if (response?.ok && typeof url === "string") return { ok: true, url };
  if (response?.status === 404 || response?.status === 503)
    return { ok: false, message: "The provider of single sign-on does not answer. Try again in a moment." };
  return { ok: false, message: messageFor(response) };
}

async function post(path: string, body: unknown): Promise<Response | null> {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
}

/**
 * Returns a message for a failed sign-in. A wrong password and an unknown email get the same message, so that nobody
 * learns which emails have accounts.
 */
function messageFor(response: Response | null): string {
  if (!response) return "The server does not answer. Check your connection and try again.";
  if (response.status === 429) return `Too many attempts. Try again ${waitOf(response)}.`;
  if (response.status >= 500) return "Something went wrong here. Try again in a moment.";
  if (response.status === 401) return "The email or the password is not right.";
  return "The server refused this. Open the page at the address it was set up with, and try again.";
}

function waitOf(response: Response): string {
  const seconds = Number(response.headers.get("retry-after") ?? response.headers.get("x-retry-after"));
  if (!Number.isFinite(seconds) || seconds <= 0) return "in a few minutes";
  return seconds < 90 ? `in ${Math.ceil(seconds)} seconds` : `in ${Math.ceil(seconds / 60)} minutes`;
}

/**
 * Returns the path to open after the sign-in. The start page `/` replaces a missing path, the sign-in page, and a value
 * that is no path of this host, such as `//host`.
 */
export function chooseSafePathAfterSignIn(next: string | null | undefined): string {
  if (!next || !next.startsWith("/") || /^\/[/\\]/.test(next) || /[\u0000-\u001f\\]/.test(next)) return "/";
  return next.startsWith("/sign-in") ? "/" : next;
}
