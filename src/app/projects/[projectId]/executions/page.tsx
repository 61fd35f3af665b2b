import type { Metadata } from "next";
import type { SearchParams } from "@/lib/url-params";
import { ExecutionListWithPanel } from "./execution-list-with-panel";

export const metadata: Metadata = { title: "Executions" };

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function ExecutionsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  return <ExecutionListWithPanel projectId={projectId} searchParams={searchParams} />;
}
