"use client";

import { useMemo, type ReactNode } from "react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { SearchInput } from "@/components/search-input";
import { StatusLabel } from "@/components/status";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { LoadMore } from "@/components/ui/load-more";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useUrlParams } from "@/lib/use-url-params";
import { makeActionColumns } from "./action-columns";
import { actionListParams, toActionListInput } from "./search-params";
import { SignatureCheckSnippets } from "./signature-check-snippets";

export function ActionList({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const [{ search }, setParams] = useUrlParams(actionListParams);
  const { may } = usePermissions(projectId);
  const mayWrite = may("action:write");
  const list = useInfiniteQuery({
    ...trpc.action.list.infiniteQueryOptions(toActionListInput(projectId, search), cursorQueryOptions),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items), [list.data]);
  const columns = useMemo(() => makeActionColumns(projectId, mayWrite), [projectId, mayWrite]);
  const base = `/projects/${projectId}/actions`;
  const create = mayWrite && (
    <ButtonLink href={`${base}/new`} variant="primary">
      <Plus aria-hidden /> New action
    </ButtonLink>
  );
  const isBare = rows?.length === 0 && search === "";
  return (
    <>
      <PageHeader title="Actions" isLive actions={!isBare && create} />
      {!isBare && (
        <SearchInput
          aria-label="Search actions"
          placeholder="Search by name"
          value={search}
          onValueChange={(next) => setParams({ search: next || null })}
          className="mb-4 sm:max-w-72"
        />
      )}
      {list.isLoadingError ? (
        <QueryErrorMessage
          title="The actions could not be loaded"
          message={list.error.message}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <DataTable
          label="Actions"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          href={(row) => `${base}/${row.id}`}
          isStale={list.isPlaceholderData}
          empty={
            search ? (
              <NothingFound search={search} onClear={() => setParams({ search: null })} />
            ) : (
              <NoActions create={create} />
            )
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(rows?.length ?? 0, "action")} />}
        />
      )}
    </>
  );
}

function NothingFound({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <EmptyState
      title="No action found"
      description={`No name contains “${search}”.`}
      actions={<Button onClick={onClear}>Clear the search</Button>}
    />
  );
}

function NoActions({ create }: { create: ReactNode }) {
  return (
    <EmptyState
      example={[
        "Jira",
        <StatusLabel key="health" tone="success">
          Healthy
        </StatusLabel>,
        "99.2 %",
        "84 ms",
      ]}
      title="No actions yet"
      description={
        "An action is a webhook: a signed request to an endpoint of yours, tried again until the " +
        `endpoint accepts it.${create ? "" : " Members of this project can make one."}`
      }
      actions={create}
    >
      <p className="mb-2 text-xs text-muted">
        Your endpoint checks the signature, then answers with a status of 200 to 299:
      </p>
      <SignatureCheckSnippets />
    </EmptyState>
  );
}
