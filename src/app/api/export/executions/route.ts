import { handleExecutionExport } from "@/server/api/export-handler";
import { getRuntime } from "@/server/runtime";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  const { context, auth } = await getRuntime();
  return handleExecutionExport({ base: context, auth }, request);
}
