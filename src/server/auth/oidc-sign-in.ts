import { AppError } from "../errors";
import type { BetterAuthInstance } from "./auth";

/** How long a request of a sign-in may wait for the provider, in ms. */
const PROVIDER_MS_MAX = 10_000;

/**
 * Answers the two requests of a sign-in at the provider.
 * @throws AppError UNAVAILABLE if the provider does not answer in time
 */
export type OidcSignIn = (request: Request) => Promise<Response>;

/**
 * Makes the part of the sign-in that needs the provider. It has an instance of the sign-in library of its own: an
 * instance first reads the provider's discovery document, and waits for it without a limit. Sessions and passwords use
 * another instance, so they work while the provider is silent. An instance that got no document in time is dropped, and
 * the next sign-in makes a new one.
 */
export function createOidcSignIn(
  make: () => Pick<BetterAuthInstance, "handler" | "$context">,
  provider: { name: string; withinMs?: number },
): OidcSignIn {
  let kept: ReturnType<typeof make> | undefined;
  return async (request) => {
    const instance = (kept ??= make());
    const drop = (): void => {
      if (kept === instance) kept = undefined;
    };
    let isReady = false;
    const answer = instance.$context.then(
      () => {
        isReady = true;
        return instance.handler(request);
      },
      (error: unknown) => {
        drop();
        throw error;
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, refuse) => {
      timer = setTimeout(() => {
        if (!isReady) drop();
        refuse(new AppError("UNAVAILABLE", `${provider.name} does not answer. Try again in a moment.`));
      }, provider.withinMs ?? PROVIDER_MS_MAX);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  };
}
