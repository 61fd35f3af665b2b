"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { Time } from "@/components/time";
import { Card } from "@/components/ui/card";
import { LoadMore } from "@/components/ui/load-more";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { getRoleLabel } from "./roles";

/** A card with the invitations that people can still accept. Without any it shows nothing. */
export function OpenInvitationsCard({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(
    trpc.accessLink.pageInvitations.infiniteQueryOptions({ projectId }, cursorQueryOptions),
  );
  const invitations = list.data?.pages.flatMap((page) => page.items) ?? [];
  const revoke = useMutation(
    trpc.accessLink.revokeInvitation.mutationOptions({
      onSuccess: () => {
        toast.success("Invitation withdrawn");
        return queryClient.invalidateQueries(trpc.accessLink.pathFilter());
      },
    }),
  );
  if (invitations.length === 0) return null;
  return (
    <Card title="Open invitations" isFlush>
      <Table>
        <thead>
          <Tr>
            <Th>Email</Th>
            <Th className="max-sm:hidden">Role</Th>
            <Th className="max-sm:hidden">Invited</Th>
            <Th className="max-sm:hidden">Runs out</Th>
            <Th>
              <span className="sr-only">Withdraw</span>
            </Th>
          </Tr>
        </thead>
        <tbody>
          {invitations.map((invitation) => (
            <Tr key={invitation.id}>
              <Td>
                <span className="font-medium break-words">{invitation.email}</span>
                <span className="block text-xs text-muted sm:hidden">
                  {getRoleLabel(invitation.role)}, runs out <Time value={invitation.expiresAt} />
                </span>
              </Td>
              <Td className="max-sm:hidden">{getRoleLabel(invitation.role)}</Td>
              <Td className="whitespace-nowrap text-muted max-sm:hidden">
                <Time value={invitation.createdAt} />
              </Td>
              <Td className="whitespace-nowrap text-muted max-sm:hidden">
                <Time value={invitation.expiresAt} />
              </Td>
              <Td className="text-right">
                <ConfirmButton
                  variant="danger-ghost"
                  size="sm"
                  title={`Withdraw the invitation of ${invitation.email}?`}
                  description="Its link stops working at once."
                  confirmLabel="Withdraw"
                  isDanger
                  onConfirm={() => revoke.mutateAsync({ projectId, id: invitation.id })}
                >
                  Withdraw
                </ConfirmButton>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <LoadMore list={list} shown={formatCountWithNoun(invitations.length, "invitation")} />
    </Card>
  );
}
