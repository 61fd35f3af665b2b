import { handleAuth } from "@/server/auth/handler";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

const handle = async (request: Request): Promise<Response> => {
  const { auth, env } = await getRuntime();
  return handleAuth({ auth, appUrl: env.appUrl }, request);
};

export { handle as GET, handle as POST };
