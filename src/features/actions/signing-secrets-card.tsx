"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Time } from "@/components/time";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import { useTRPC } from "@/lib/trpc/client";
import { NewSigningSecret } from "./new-signing-secret";
import type { Action } from "./types";

const graces = [
  { value: "0", label: "Not at all", description: "It stops at once: for a secret that leaked" },
  { value: "1h", label: "1 hour" },
  { value: "24h", label: "24 hours" },
  { value: "7d", label: "7 days" },
] as const;
type Grace = (typeof graces)[number]["value"];

/**
 * A card with the signing secrets of an action, which can rotate them. The old secret then signs for as long as the
 * person chose, so that receivers have time to change.
 */
export function SigningSecretsCard({
  projectId,
  action,
  mayManage,
}: {
  projectId: string;
  action: Action;
  mayManage: boolean;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const [grace, setGrace] = useState<Grace>("24h");
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = useMutation(
    trpc.action.rotateSecret.mutationOptions({
      onSuccess: (made) => {
        setIsAsking(false);
        setSecret(made.secret);
        return queryClient.invalidateQueries(trpc.action.get.pathFilter());
      },
    }),
  );
  const button = (
    <Button size="sm" disabled={!mayManage} onClick={() => setIsAsking(true)}>
      Rotate…
    </Button>
  );
  return (
    <Card
      isFlush
      title="Signing secrets"
      description="Each request is signed with every secret of this list."
      actions={
        mayManage ? (
          button
        ) : (
          <Tooltip content="Only admins and owners may rotate secrets.">{<span>{button}</span>}</Tooltip>
        )
      }
    >
      <SecretTable secrets={action.secrets} />
      <AlertDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title="Rotate the signing secret?"
        description="A new secret is made and shown once. Put it into your endpoint while both still sign."
        confirmLabel="Make a new secret"
        isLoading={rotate.isPending}
        error={rotate.error}
        onConfirm={() => rotate.mutate({ projectId, actionId: action.id, grace })}
      >
        <Field label="The old secret still signs for">
          <Select options={graces} value={grace} onValueChange={setGrace} />
        </Field>
      </AlertDialog>
      <NewSigningSecret secret={secret} onDone={() => setSecret(null)} />
    </Card>
  );
}

function SecretTable({ secrets }: { secrets: Action["secrets"] }) {
  return (
    <Table aria-label="Signing secrets">
      <thead>
        <Tr>
          <Th>Secret</Th>
          <Th>Created</Th>
          <Th>Signs until</Th>
        </Tr>
      </thead>
      <tbody>
        {secrets.map((secret) => (
          <Tr key={secret.id}>
            <Td className="font-mono text-xs whitespace-nowrap">whsec_••••{secret.last4}</Td>
            <Td className="whitespace-nowrap text-muted">
              <Time value={secret.createdAt} />
            </Td>
            <Td className="whitespace-nowrap">
              {secret.expiresAt ? (
                <Time value={secret.expiresAt} className="text-muted" />
              ) : (
                <Badge tone="success">Current</Badge>
              )}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
