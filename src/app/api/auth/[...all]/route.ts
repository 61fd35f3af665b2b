import { handleAuthRequest } from "@/server/auth/handle-auth-request";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

const handle = async (request: Request): Promise<Response> => {
  const { context, auth, oidcSignIn, knownBrowsers, bodies } = await getRuntime();
  return handleAuthRequest({ base: context, auth, oidcSignIn, knownBrowsers, bodies }, request);
};

export { handle as GET, handle as POST };
