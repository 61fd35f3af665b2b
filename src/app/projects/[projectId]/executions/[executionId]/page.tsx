import type { Metadata } from "next";
import type { SearchParams } from "@/lib/url-params";
import { ExecutionListWithPanel } from "../execution-list-with-panel";

export const metadata: Metadata = { title: "Execution" };

type PageProps = { params: Promise<{ projectId: string; executionId: string }>; searchParams: Promise<SearchParams> };

export default async function ExecutionPanelPage({ params, searchParams }: PageProps) {
  const { projectId, executionId } = await params;
  return <ExecutionListWithPanel projectId={projectId} searchParams={searchParams} executionId={executionId} />;
}
