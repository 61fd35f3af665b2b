import { handleTrpcRequest } from "@/server/api/handle-trpc-request";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

const handle = async (request: Request): Promise<Response> => {
  const { context, auth, env, bodies } = await getRuntime();
  return handleTrpcRequest({ base: context, auth, env, bodies }, request);
};

export { handle as GET, handle as POST };
