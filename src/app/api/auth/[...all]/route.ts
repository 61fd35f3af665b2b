import { handleAuthRequest } from "@/server/auth/handle-auth-request";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

const handle = async (request: Request): Promise<Response> => {
  const { context, auth, knownBrowsers, bodies } = await getRuntime();
  return handleAuthRequest({ base: context, auth, knownBrowsers, bodies }, request);
};

export { handle as GET, handle as POST };
