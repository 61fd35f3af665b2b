"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ButtonError } from "@/components/button-error";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { NoticeKind } from "@/domain/notice";
import { noticeWords } from "@/domain/notice-words";
import { useTRPC } from "@/lib/trpc/client";

/** Checkboxes for the kinds of notices that the signed-in person gets by email. */
export function EmailNoticeChoices() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useQuery(trpc.account.emailChoices.queryOptions());
  const choose = useMutation(
    trpc.account.setEmailChoice.mutationOptions({
      onSuccess: (choices) => queryClient.setQueryData(trpc.account.emailChoices.queryKey(), choices),
    }),
  );
  if (!data) return null;
  return (
    <Card
      title="Email"
      description={
        data.isSent
          ? "Notices of all your projects come together, at most one email in 15 minutes."
          : "This installation sends no email: SMTP_URL is not set. Notices are behind the bell of each project."
      }
    >
      <fieldset className="flex flex-col gap-3">
        <legend className="sr-only">Tell me by email when</legend>
        {NoticeKind.options.map((kind) => (
          <Checkbox
            key={kind}
            label={noticeWords[kind].label}
            checked={data.kinds[kind]}
            disabled={!data.isSent}
            onCheckedChange={(isOn) => choose.mutate({ kind, isOn })}
          />
        ))}
        <ButtonError error={choose.error} />
      </fieldset>
    </Card>
  );
}
