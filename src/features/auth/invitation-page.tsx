"use client";

import { PageLink } from "@/components/ui/page-link";
import { useQuery } from "@tanstack/react-query";
import { NarrowCardPage } from "@/components/narrow-card-page";
import { ThemeMenu } from "@/components/theme-menu";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button-link";
import { Skeleton } from "@/components/ui/skeleton";
import { textLinkClass } from "@/components/ui/text-link-class";
import { useTRPC } from "@/lib/trpc/client";
import { AcceptInvitationWhenSignedIn, AcceptInvitationWithPassword } from "./invitation-forms";

type InvitationProps = {
  token: string;
  /** the email of the signed-in person; null if nobody is signed in */
  signedInAs: string | null;
};

/** The page that an invitation link opens. It names the project, and has the form that accepts the invitation. */
export function InvitationPage({ token, signedInAs }: InvitationProps) {
  const trpc = useTRPC();
  const link = useQuery(
    trpc.accessLink.inspect.queryOptions({ token }, { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false }),
  );
  if (link.isPending) return <LinkPageSkeleton title="Invitation" />;
  if (link.isError) return <InvalidLinkMessage message={link.error.message} />;
  if (link.data.kind !== "INVITATION") return <InvalidLinkMessage message="This link is not an invitation." />;
  const { email, projectName, role } = link.data;
  const isMe = signedInAs === email;
  return (
    <NarrowCardPage
      tools={<ThemeMenu />}
      title={`Join ${projectName}`}
      description={
        <>
          You are invited as {role}, with the email {email}.
        </>
      }
    >
      {signedInAs && !isMe && (
        <Banner tone="warning" className="mb-4">
          You are signed in as {signedInAs}. Joining signs you in as {email}.
        </Banner>
      )}
      {isMe ? (
        <AcceptInvitationWhenSignedIn token={token} projectName={projectName} />
      ) : (
        <AcceptInvitationWithPassword token={token} email={email} />
      )}
    </NarrowCardPage>
  );
}

export function LinkPageSkeleton({ title }: { title: string }) {
  return (
    <NarrowCardPage tools={<ThemeMenu />} title={title}>
      <div className="flex flex-col gap-4" aria-busy="true">
        <Skeleton width="100%" className="h-9" />
        <Skeleton width="100%" className="h-9" />
      </div>
    </NarrowCardPage>
  );
}

export function InvalidLinkMessage({ message }: { message: string }) {
  return (
    <NarrowCardPage
      tools={<ThemeMenu />}
      title="This link does not work"
      description={message}
      footer={
        <>
          Links are good for one use. Have you used it already?{" "}
          <PageLink href="/sign-in" className={textLinkClass}>
            Sign in
          </PageLink>
          .
        </>
      }
    >
      <ButtonLink href="/">Go to the start</ButtonLink>
    </NarrowCardPage>
  );
}
