"use client";

import { useState } from "react";
import { Plus } from "lucide-react";
import { ConfirmButton } from "@/components/confirm-button";
import { EmptyState } from "@/components/empty-state";
import { OneTimeSecretDialog } from "@/components/one-time-secret-dialog";
import { StatusLabel } from "@/components/status";
import { TableSkeleton } from "@/components/table-skeleton";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { LoadMore } from "@/components/ui/load-more";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import type { TokenScope } from "@/domain/access";
import type { ApiTokenInput } from "@/domain/api-token";
import { formatCountWithNoun } from "@/lib/format";
import { NewTokenDialog } from "./new-token-dialog";

type Token = {
  id: string;
  name: string;
  last4: string;
  scopes: TokenScope[];
  maker: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

/** The fields of the infinite query of API tokens that the card reads. */
type TokenQuery = {
  data: { pages: { items: Token[] }[] } | undefined;
  error: { message: string } | null;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
};

type TokenCardProps = {
  title: string;
  description: string;
  appUrl: string;
  list: TokenQuery;
  /** whether the list names the person who created each token */
  hasMakers: boolean;
  onCreate: (input: ApiTokenInput) => Promise<{ token: string }>;
  onRevoke: (token: Token) => Promise<unknown>;
};

/** A card with a list of API tokens, and a button that creates a token. The card shows a new token once. */
export function TokenListCard(props: TokenCardProps) {
  const { title, description, appUrl, list, onCreate } = props;
  const tokens = list.data?.pages.flatMap((page) => page.items);
  const problem = list.error?.message ?? null;
  const [isCreating, setIsCreating] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const create = (
    <Button variant="primary" onClick={() => setIsCreating(true)}>
      <Plus aria-hidden /> Create token
    </Button>
  );
  return (
    <Card title={title} description={description} actions={create} isFlush>
      {problem !== null && (
        <Banner tone="danger" isAlert>
          {problem}
        </Banner>
      )}
      {tokens === undefined && problem === null && <TableSkeleton rows={2} />}
      {tokens?.length === 0 && (
        <EmptyState
          example={["agent", "read", "last used 2 min ago"]}
          title="No tokens yet"
          description="A token lets a program or an agent use the API. Its scopes say what it may do."
        />
      )}
      {tokens && tokens.length > 0 && (
        <>
          <TokenTable {...props} tokens={tokens} />
          <LoadMore list={list} shown={formatCountWithNoun(tokens.length, "token")} />
        </>
      )}
      <NewTokenDialog open={isCreating} onOpenChange={setIsCreating} onCreate={onCreate} onCreated={setToken} />
      <OneTimeSecretDialog
        secret={token}
        name="API token"
        description="Keep it where your program keeps its secrets."
        onDone={() => setToken(null)}
      >
        <CodeBlock
          label="Call the API with it"
          samples={`curl ${appUrl}/api/v1/projects -H 'authorization: Bearer ${token ?? ""}'`}
        />
      </OneTimeSecretDialog>
    </Card>
  );
}

function TokenTable({ tokens, hasMakers, onRevoke }: TokenCardProps & { tokens: readonly Token[] }) {
  return (
    <Table>
      <thead>
        <Tr>
          <Th>Name</Th>
          <Th className="max-sm:hidden">Scopes</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Expires</Th>
          <Th className="max-sm:hidden">Last used</Th>
          <Th>
            <span className="sr-only">Revoke</span>
          </Th>
        </Tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <Tr key={token.id}>
            <Td>
              <span className="font-medium">{token.name}</span>
              <span className="block text-xs text-muted">
                …{token.last4}
                {hasMakers && `, ${token.maker}`}
              </span>
              <span className="block text-xs text-muted sm:hidden">{token.scopes.join(", ")}</span>
            </Td>
            <Td className="text-xs text-muted max-sm:hidden">{token.scopes.join(", ")}</Td>
            <Td>
              <TokenState token={token} />
            </Td>
            <Td className="whitespace-nowrap text-muted max-sm:hidden">
              {token.expiresAt ? <Time value={token.expiresAt} /> : "Never"}
            </Td>
            <Td className="whitespace-nowrap text-muted max-sm:hidden">
              {token.lastUsedAt ? <Time value={token.lastUsedAt} /> : "Never"}
            </Td>
            <Td className="text-right">
              {!token.revokedAt && (
                <ConfirmButton
                  variant="danger-ghost"
                  size="sm"
                  title={`Revoke ${token.name}?`}
                  description={
                    `Calls with the token that ends in ${token.last4} are refused from then on. ` +
                    "This cannot be undone."
                  }
                  confirmLabel="Revoke token"
                  isDanger
                  onConfirm={() => onRevoke(token)}
                >
                  Revoke
                </ConfirmButton>
              )}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function TokenState({ token }: { token: Token }) {
  // The server itself rejects expired tokens. This time only decides whether the list marks a token as expired.
  const [now] = useState(() => Date.now());
  if (token.revokedAt) return <StatusLabel tone="neutral">Revoked</StatusLabel>;
  if (token.expiresAt && token.expiresAt.getTime() <= now) return <StatusLabel tone="neutral">Expired</StatusLabel>;
  return <StatusLabel tone="success">Active</StatusLabel>;
}
