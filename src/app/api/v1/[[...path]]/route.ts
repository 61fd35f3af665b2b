import { handleRestRequest } from "@/server/rest/handle-rest-request";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

const handle = async (request: Request): Promise<Response> => {
  const { context, env, rates, bodies } = await getRuntime();
  return handleRestRequest({ base: context, env, rates, bodies }, request);
};

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
