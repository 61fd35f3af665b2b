import type { Metadata } from "next";
import { AccountPage } from "@/features/account/account-page";
import { PersonalTokens } from "@/features/api-tokens/personal-tokens";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { PlainShell } from "@/features/shell/plain-shell";
import { currentUser, publicAddress } from "../session";

export const metadata: Metadata = { title: "Account" };

export default async function Page() {
  const user = await currentUser();
  if (!user) return <SignInRedirect />;
  const { name, email } = user;
  return (
    <PlainShell user={{ name, email }}>
      <AccountPage user={{ name, email }}>
        <PersonalTokens appUrl={await publicAddress()} />
      </AccountPage>
    </PlainShell>
  );
}
