import type { Metadata } from "next";
import type { SearchParams } from "@/lib/url-params";
import { ObservationsView } from "./observations-view";

export const metadata: Metadata = { title: "Observations" };

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function ObservationsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  return <ObservationsView projectId={projectId} searchParams={searchParams} />;
}
