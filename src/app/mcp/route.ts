import { handleMcpRequest } from "@/server/mcp/handle-mcp-request";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

/** Serves the MCP server, for agents. */
const handle = async (request: Request): Promise<Response> => {
  const { context, env, rates, bodies } = await getRuntime();
  return handleMcpRequest({ base: context, env, rates, bodies }, request);
};

export { handle as DELETE, handle as GET, handle as POST };
