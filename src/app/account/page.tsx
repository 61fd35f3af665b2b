import type { Metadata } from "next";
import { Account } from "@/features/account/account";
import { PersonalTokens } from "@/features/api-tokens/personal-tokens";
import { SignInRedirect } from "@/features/auth/sign-in-redirect";
import { PlainShell } from "@/features/shell/plain-shell";
import { currentUser, publicAddress } from "../session";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  const user = await currentUser();
  if (!user) return <SignInRedirect />;
  const { name, email } = user;
  return (
    <PlainShell user={{ name, email }}>
      <Account user={{ name, email }}>
        <PersonalTokens appUrl={await publicAddress()} />
      </Account>
    </PlainShell>
  );
}
