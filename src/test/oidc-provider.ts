import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";

/** A person whom the provider knows. */
export type OidcPerson = {
  email: string;
  email_verified?: boolean;
  /** a claim of the provider's own, with a name that looks like the standard one */
  emailVerified?: boolean;
  name?: string;
  groups?: string[];
};

export type TestOidcProvider = {
  issuer: string;
  /** people by the claim `sub`; a test may change them */
  people: Map<string, OidcPerson>;
  /** the subject of the person who signs in next */
  signInAs(subject: string): void;
  /** a silent provider takes requests and never answers them */
  setSilent(isSilent: boolean): void;
  close(): Promise<void>;
};

const CLIENT = { client_id: "trigger-system", client_secret: "a-client-secret-of-the-test" };
export const OIDC_CLIENT = { clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret };

/**
 * Starts a certified OpenID Connect provider on a free port. It asks for no password: the person whom the test named
 * signs in and consents.
 */
export async function startOidcProvider(redirectUri: string): Promise<TestOidcProvider> {
  const people = new Map<string, OidcPerson>();
  let subject = "";
  let isSilent = false;
  const server: Server = createServer();
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration: Configuration = {
    clients: [{ ...CLIENT, redirect_uris: [redirectUri] }],
    claims: { openid: ["sub", "groups"], email: ["email", "email_verified", "emailVerified"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of the test"] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: CLIENT.client_id, accountId: oidc.session!.accountId! });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (isSilent) return;
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: subject } });
  });
  return {
    issuer,
    people,
    setSilent: (next) => void (isSilent = next),
    signInAs: (next) => void (subject = next),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
